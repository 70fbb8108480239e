"""A pod as one container."""

import base64
import json
import os
import secrets
import shutil
import string
import subprocess
import time

import volumes
from fields import Refused
from store import matches, podman

# Of a namespace of OpenShift: its user, and its group for volumes.
RANDOM = 1000650000


def on_openshift():
    return os.environ.get('KUBE_OPENSHIFT') == '1'


def environment(store, spec, container):
    """Of a container: what its services say, then envFrom, then env."""
    found = {}
    if spec.get('enableServiceLinks', True):
        for service in store.all('Service'):
            name = service['metadata']['name'].upper().replace('-', '_')
            found[name + '_SERVICE_HOST'] = '10.0.0.1'
            found[name + '_SERVICE_PORT'] = '5432'
            found[name + '_PORT'] = 'tcp://10.0.0.1:5432'
    for source in container.get('envFrom', []):
        reference = source['configMapRef']
        parameters = store.get('ConfigMap', reference['name'])
        if parameters:
            found.update(parameters['data'])
        elif not reference.get('optional'):
            raise Refused(f'configmap "{reference["name"]}" not found')
    for entry in container.get('env', []):
        found[entry['name']] = variable(store, entry)
    return found


def variable(store, entry):
    if 'valueFrom' not in entry:
        value = entry.get('value', '')
        if '$(' in value:
            raise Refused(f'{entry["name"]}: the driver expands no "$("')
        return value
    for field, kind in (('secretKeyRef', 'Secret'),
                        ('configMapKeyRef', 'ConfigMap')):
        reference = entry['valueFrom'].get(field)
        if reference:
            thing = store.get(kind, reference['name'])
            if not thing or reference['key'] not in thing['data']:
                raise Refused(f'{reference["name"]}: no key '
                              f'"{reference["key"]}"')
            value = thing['data'][reference['key']]
            if kind == 'Secret':
                value = base64.b64decode(value).decode()
            return value
    raise Refused(f'{entry["name"]}: valueFrom what?')


def identity(spec, image):
    """User and groups: options of the container program, and fsGroup."""
    context = spec.get('securityContext', {})
    user, group = context.get('runAsUser'), context.get('fsGroup')
    if on_openshift():
        if user not in (None, RANDOM) or group not in (None, RANDOM):
            raise Refused('unable to validate against any security context '
                          'constraint: runAsUser or fsGroup')
        user = group = RANDOM
    if user is None:
        user = image['Config']['User'].split(':')[0]
        if not user.isdigit():
            raise Refused(f'cannot verify that user "{user}" is non-root')
    if context.get('runAsNonRoot') and int(user) == 0:
        raise Refused('runAsNonRoot, and the user is root')
    options = ['--passwd=false',
               '--user', f'{user}:0' if on_openshift() else str(user)]
    if group is not None:
        options += ['--group-add', str(group)]
    return options, group


def security(spec, container):
    context = container.get('securityContext', {})
    options = []
    if spec.get('securityContext', {}).get('seccompProfile', {}) \
            .get('type') not in (None, 'RuntimeDefault'):
        raise Refused('seccompProfile: only RuntimeDefault')
    if context.get('readOnlyRootFilesystem'):
        options += ['--read-only', '--read-only-tmpfs=false',
                    '--tmpfs', '/dev/shm:rw,mode=1777,size=64m']
    if context.get('allowPrivilegeEscalation') is False:
        options += ['--security-opt', 'no-new-privileges']
    for capability in context.get('capabilities', {}).get('drop', []):
        options += ['--cap-drop', capability.lower()]
    return options


def mounts(store, pod, spec, container, group):
    policy = spec.get('securityContext', {}).get('fsGroupChangePolicy',
                                                 'Always')
    found = {}
    for volume in spec.get('volumes', []):
        found[volume['name']] = (
            volumes.folder_of(store, pod, volume, group, policy),
            volume.get('persistentVolumeClaim', {}).get('readOnly', False)
            or 'secret' in volume or 'configMap' in volume)
    options = []
    for mount in container.get('volumeMounts', []):
        if mount['name'] not in found:
            raise Refused(f'volumeMount "{mount["name"]}" has no volume')
        folder, fixed = found[mount['name']]
        way = 'ro' if fixed or mount.get('readOnly') else 'rw'
        options += ['--volume', f'{folder}:{mount["mountPath"]}:{way}']
    return options


def services(store, labels):
    """The names under which others reach the pod."""
    names = [service['metadata']['name'] for service in store.all('Service')
             if matches(service['spec']['selector'],
                        {'metadata': {'labels': labels}})]
    options = ['--network', store.network()]
    for name in names:
        options += ['--network-alias', name]
    return options, names


def schedule(store, spec):
    terms = spec.get('affinity', {}).get('podAffinity', {}) \
        .get('requiredDuringSchedulingIgnoredDuringExecution', [])
    for term in terms:
        near = store.all('Pod', term['labelSelector']['matchLabels'])
        if not any(state(pod)['Running'] for pod in near):
            raise Refused("0/1 nodes are available: 1 node(s) didn't match "
                          'pod affinity rules')


def start(store, owner, template):
    """A pod of a deployment or a job."""
    spec = template['spec']
    if len(spec['containers']) != 1:
        raise Refused('the driver runs one container a pod')
    container = spec['containers'][0]
    letters = string.ascii_lowercase + string.digits
    name = owner['metadata']['name'] + '-' + \
        ''.join(secrets.choice(letters) for _ in range(5))
    schedule(store, spec)
    image = json.loads(podman('image', 'inspect', container['image']).stdout)
    who, group = identity(spec, image[0])
    network, names = services(store, template['metadata']['labels'])
    if podman('network', 'exists', store.network(), check=False).returncode:
        podman('network', 'create', store.network())
    options = [*who, *security(spec, container),
               *mounts(store, name, spec, container, group), *network]
    for key, value in environment(store, spec, container).items():
        options += ['--env', f'{key}={value}']
    if container.get('command'):
        options += ['--entrypoint', json.dumps(container['command'])]
    pod = {'kind': 'Pod', 'spec': spec, 'services': names,
           'owner': [owner['kind'], owner['metadata']['name']],
           'container': f'{store.namespace}-{name}',
           'metadata': {'name': name,
                        'labels': template['metadata']['labels']}}
    store.put(pod)
    podman('run', '--detach', '--pull', 'never', '--name', pod['container'],
           '--hostname', spec.get('hostname', name), *options,
           container['image'], *container.get('args', []))


def of(store, owner):
    return [pod for pod in store.all('Pod')
            if pod['owner'] == [owner['kind'], owner['metadata']['name']]]


def state(pod):
    found = podman('container', 'inspect', pod['container'], check=False,
                   stderr=subprocess.DEVNULL)
    if found.returncode:
        return {'Running': False, 'ExitCode': 128}
    return json.loads(found.stdout)[0]['State']


def stop(store, pod):
    """End it as the kubelet does: the signal, the grace period, the kill."""
    grace = pod['spec'].get('terminationGracePeriodSeconds', 30)
    begin = time.time()
    podman('stop', '--ignore', '--time', str(grace), pod['container'])
    if time.time() - begin >= grace:
        raise Refused(f'pod "{pod["metadata"]["name"]}" did not end in time')
    podman('rm', '--force', '--ignore', '--volumes', pod['container'])
    shutil.rmtree(os.path.join(store.folder, 'pods', pod['metadata']['name']),
                  ignore_errors=True)
    store.remove('Pod', pod['metadata']['name'])


def probe(pod, field):
    """Does it answer now?  Without the probe, it does."""
    wanted = pod['spec']['containers'][0].get(field)
    if not wanted:
        return True
    try:
        return podman('exec', pod['container'], *wanted['exec']['command'],
                      check=False, stderr=subprocess.STDOUT,
                      timeout=4 * wanted.get('timeoutSeconds', 1)
                      ).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def patience(pod):
    """How long it may take to start before it is restarted."""
    wanted = pod['spec']['containers'][0].get('startupProbe')
    if not wanted:
        wanted = pod['spec']['containers'][0].get('livenessProbe', {})
    return wanted.get('initialDelaySeconds', 0) + \
        wanted.get('periodSeconds', 10) * wanted.get('failureThreshold', 3)
