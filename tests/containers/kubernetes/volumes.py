"""The volumes of a pod as folders of this machine."""

import base64
import os
import shutil
import stat

from fields import Refused


def claim_folder(store, claim):
    """Of a claim; one without a volume of its own gets what a provisioner makes,
    a file system that is root's."""
    volume = claim['spec'].get('volumeName')
    if volume:
        found = store.get('PersistentVolume', volume)
        if not found:
            raise Refused(f'persistentvolume "{volume}" not found')
        for field in ('accessModes', 'storageClassName'):
            if found['spec'].get(field) != claim['spec'].get(field):
                raise Refused(f'{field} of "{volume}" is not the claim\'s')
        return found['spec']['hostPath']['path']
    folder = os.path.join(store.folder, 'claims', store.namespace,
                          claim['metadata']['name'])
    if not os.path.isdir(folder):
        os.makedirs(folder, mode=0o755)
    return folder


def drop_claim(store, claim):
    if not claim['spec'].get('volumeName'):
        shutil.rmtree(claim_folder(store, claim))


def change_mode(path, group, extra):
    os.chown(path, -1, group, follow_symlinks=False)
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        return
    if stat.S_ISDIR(mode):
        extra |= 0o2110
    os.chmod(path, stat.S_IMODE(mode) | extra)


def give_group(folder, group, policy):
    """As the kubelet does: group and group's rights, all the way down, unless the
    top has them and that is to be enough."""
    top = os.stat(folder)
    if policy == 'OnRootMismatch' and top.st_gid == group \
            and top.st_mode & 0o2770 == 0o2770:
        return
    for path, folders, files in os.walk(folder):
        for name in folders + files:
            change_mode(os.path.join(path, name), group, 0o660)
    change_mode(folder, group, 0o660)


def write_files(folder, contents, group, mode):
    os.makedirs(folder)
    for name, content in contents.items():
        path = os.path.join(folder, name)
        with open(path, 'wb') as file:
            file.write(content)
        if group is not None:
            os.chown(path, -1, group)
            mode |= 0o440
        os.chmod(path, mode)


def secret_files(store, source):
    secret = store.get('Secret', source['secretName'])
    if not secret:
        raise Refused(f'secret "{source["secretName"]}" not found')
    contents = {key: base64.b64decode(value)
                for key, value in secret['data'].items()}
    if 'items' in source:
        contents = {item['path']: contents[item['key']]
                    for item in source['items']}
    return contents


def folder_of(store, pod, volume, group, policy):
    """The folder of one of a pod's volumes, with the group that it is to have."""
    own = os.path.join(store.folder, 'pods', pod, volume['name'])
    if 'emptyDir' in volume:
        os.makedirs(own)
        os.chmod(own, 0o777)
    elif 'secret' in volume:
        source = volume['secret']
        write_files(own, secret_files(store, source), group,
                    source.get('defaultMode', 0o644))
        return own
    elif 'configMap' in volume:
        source = volume['configMap']
        found = store.get('ConfigMap', source['name'])
        if not found:
            raise Refused(f'configmap "{source["name"]}" not found')
        write_files(own, {key: value.encode() for key, value
                          in found['data'].items()},
                    group, source.get('defaultMode', 0o644))
        return own
    else:
        source = volume['persistentVolumeClaim']
        claim = store.get('PersistentVolumeClaim', source['claimName'])
        if not claim:
            raise Refused(f'persistentvolumeclaim "{source["claimName"]}" '
                          'not found')
        own = claim_folder(store, claim)
        if claim['spec'].get('volumeName'):
            return own          # the node's own folder is left as it is
    if group is not None:
        give_group(own, group, policy)
    return own
