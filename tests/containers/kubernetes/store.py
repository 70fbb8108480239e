"""What was applied: a file an object, below a folder a namespace."""

import json
import os
import subprocess

CLUSTER = ('PersistentVolume',)         # kinds without a namespace


class Store:
    def __init__(self, folder, namespace):
        self.folder = folder
        self.namespace = namespace

    def path(self, kind, name=''):
        space = '' if kind in CLUSTER else self.namespace
        return os.path.join(self.folder, 'objects', space, kind, name)

    def get(self, kind, name):
        try:
            with open(self.path(kind, name)) as file:
                return json.load(file)
        except FileNotFoundError:
            return None

    def put(self, thing):
        path = self.path(thing['kind'], thing['metadata']['name'])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w') as file:
            json.dump(thing, file, indent=1)

    def remove(self, kind, name):
        os.unlink(self.path(kind, name))

    def all(self, kind, labels=None):
        try:
            names = sorted(os.listdir(self.path(kind)))
        except FileNotFoundError:
            return []
        things = [self.get(kind, name) for name in names]
        return [thing for thing in things if matches(labels or {}, thing)]

    def network(self):
        return f'{self.namespace}-kube'


def matches(labels, thing):
    own = thing['metadata'].get('labels', {})
    return all(own.get(key) == value for key, value in labels.items())


def podman(*arguments, **options):
    """Run the container program; what it says on standard output."""
    options = {'check': True, 'stdout': subprocess.PIPE, 'text': True,
               **options}
    return subprocess.run([os.environ['CONTAINER_CLI'], *arguments], **options)
