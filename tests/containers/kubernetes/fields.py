"""The fields of the manifests that the driver honours.  One that is not here is
an error, so that nothing is taken for tested which was passed over."""

ANY = object()          # a string, a number or a boolean
STRINGS = object()      # a list of strings
MAP = object()          # names and strings


class Refused(Exception):
    pass


META = {'name': ANY, 'namespace': ANY, 'labels': MAP}

SOURCE = {
    'name': ANY,
    'emptyDir': {},
    'persistentVolumeClaim': {'claimName': ANY, 'readOnly': ANY},
    'secret': {'secretName': ANY, 'defaultMode': ANY,
               'items': [{'key': ANY, 'path': ANY}]},
    'configMap': {'name': ANY, 'defaultMode': ANY},
}

PROBE = {
    'exec': {'command': STRINGS}, 'initialDelaySeconds': ANY,
    'periodSeconds': ANY, 'timeoutSeconds': ANY, 'failureThreshold': ANY,
}

CONTAINER = {
    'name': ANY, 'image': ANY, 'imagePullPolicy': ANY,
    'command': STRINGS, 'args': STRINGS,
    'ports': [{'name': ANY, 'containerPort': ANY}],
    'env': [{'name': ANY, 'value': ANY, 'valueFrom': {
        'secretKeyRef': {'name': ANY, 'key': ANY},
        'configMapKeyRef': {'name': ANY, 'key': ANY}}}],
    'envFrom': [{'configMapRef': {'name': ANY, 'optional': ANY}}],
    'volumeMounts': [{'name': ANY, 'mountPath': ANY, 'readOnly': ANY}],
    'securityContext': {
        'allowPrivilegeEscalation': ANY, 'readOnlyRootFilesystem': ANY,
        'capabilities': {'drop': STRINGS}},
    'startupProbe': PROBE, 'readinessProbe': PROBE, 'livenessProbe': PROBE,
}

POD = {
    'metadata': {'labels': MAP},
    'spec': {
        'hostname': ANY, 'restartPolicy': ANY,
        'automountServiceAccountToken': ANY, 'enableServiceLinks': ANY,
        'terminationGracePeriodSeconds': ANY,
        'securityContext': {
            'runAsNonRoot': ANY, 'runAsUser': ANY, 'fsGroup': ANY,
            'fsGroupChangePolicy': ANY, 'seccompProfile': {'type': ANY}},
        'affinity': {'podAffinity': {
            'requiredDuringSchedulingIgnoredDuringExecution': [{
                'topologyKey': ANY,
                'labelSelector': {'matchLabels': MAP}}]}},
        'containers': [CONTAINER], 'volumes': [SOURCE],
    },
}

JOB = {'backoffLimit': ANY, 'template': POD}

KINDS = {
    'Deployment': ('apps/v1', {'spec': {
        'replicas': ANY, 'strategy': {'type': ANY},
        'revisionHistoryLimit': ANY, 'progressDeadlineSeconds': ANY,
        'selector': {'matchLabels': MAP}, 'template': POD}}),
    'Job': ('batch/v1', {'spec': JOB}),
    'CronJob': ('batch/v1', {'spec': {
        'schedule': ANY, 'concurrencyPolicy': ANY,
        'startingDeadlineSeconds': ANY, 'successfulJobsHistoryLimit': ANY,
        'failedJobsHistoryLimit': ANY,
        'jobTemplate': {'metadata': {'labels': MAP}, 'spec': JOB}}}),
    'Service': ('v1', {'spec': {
        'selector': MAP,
        'ports': [{'name': ANY, 'port': ANY, 'targetPort': ANY}]}}),
    'PersistentVolumeClaim': ('v1', {'spec': {
        'accessModes': STRINGS, 'storageClassName': ANY, 'volumeName': ANY,
        'resources': {'requests': {'storage': ANY}}}}),
    'PersistentVolume': ('v1', {'spec': {
        'capacity': {'storage': ANY}, 'accessModes': STRINGS,
        'persistentVolumeReclaimPolicy': ANY, 'storageClassName': ANY,
        'hostPath': {'path': ANY, 'type': ANY}}}),
    'ConfigMap': ('v1', {'data': MAP}),
    'Secret': ('v1', {'data': MAP}),
}

# What must have one of these values, because the driver does nothing else.
ONLY = {
    'replicas': [1], 'backoffLimit': [0], 'concurrencyPolicy': ['Forbid'],
    'restartPolicy': ['Never'], 'automountServiceAccountToken': [False],
    'imagePullPolicy': ['IfNotPresent', 'Never'], 'drop': [['ALL']],
    'topologyKey': ['kubernetes.io/hostname'],
    'fsGroupChangePolicy': ['Always', 'OnRootMismatch'],
    'persistentVolumeReclaimPolicy': ['Retain'],
}


def known(value, field, where):
    """Go through a value and the fields that it may have, side by side."""
    name = where.rsplit('.', 1)[-1]
    if name in ONLY and value not in ONLY[name]:
        raise Refused(f'{where}: the driver cannot do "{value}"')
    if isinstance(field, dict):
        if not isinstance(value, dict):
            raise Refused(f'{where}: not a map')
        for key, inner in value.items():
            if key not in field:
                raise Refused(f'{where}.{key}: a field the driver does not know')
            known(inner, field[key], f'{where}.{key}')
    elif isinstance(field, list):
        if not isinstance(value, list):
            raise Refused(f'{where}: not a list')
        for inner in value:
            known(inner, field[0], where + '[]')
    elif field is STRINGS:
        if not all(isinstance(inner, str) for inner in value):
            raise Refused(f'{where}: not a list of strings')
        if any('$(' in inner for inner in value):
            raise Refused(f'{where}: the driver expands no "$("')
    elif field is MAP:
        for key, inner in value.items():
            if not isinstance(inner, str):
                raise Refused(f'{where}.{key}: not a string')
    elif name in ('value', 'name', 'mountPath') and not isinstance(value, str):
        raise Refused(f'{where}: not a string')
    elif not isinstance(value, (str, int, bool)):
        raise Refused(f'{where}: not a value')


def check(document):
    """Is there anything in the document that would be passed over?"""
    kind = document.get('kind')
    if kind not in KINDS:
        raise Refused(f'{kind}: a kind the driver does not know')
    version, fields = KINDS[kind]
    if document.get('apiVersion') != version:
        raise Refused(f'{kind}: apiVersion is not {version}')
    known(document, {'apiVersion': ANY, 'kind': ANY, 'type': ANY,
                     'metadata': META, **fields}, kind)
