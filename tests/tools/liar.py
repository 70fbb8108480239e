#!/usr/bin/env python3
"""liar.py FOLDER CASE COMMAND... - run a command beside a server that answers
IDENTIFY_SYSTEM and BASE_BACKUP on a Unix socket in the folder, and sends what
the case says: "good", or something that no PostgreSQL would.  With LIAR_WHOLE
in the environment pg_control and backup_label are such as can be parsed."""
import hashlib
import json
import os
import socket
import struct
import subprocess
import sys
import tarfile
import threading
import zlib

TABLE = []
for n in range(256):
    for _ in range(8):
        n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
    TABLE.append(n)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return struct.pack('<I', crc ^ 0xFFFFFFFF).hex()


def tar(entries):
    """Of (name, type, content or where a link leads), without its end."""
    out = b''
    for name, kind, content in entries:
        info = tarfile.TarInfo()
        info.type = kind
        info.mode = 0o777
        if kind == tarfile.REGTYPE:
            info.size = len(content)
        else:
            info.linkname = content
        info.name = 'x'
        block = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
        block[0:100] = name.ljust(100, b'\0')
        block[148:156] = b' ' * 8
        block[148:156] = b'%06o\0 ' % sum(block)
        out += bytes(block)
        if kind == tarfile.REGTYPE:
            out += content + bytes(-len(content) % 512)
    return out


SYSTEM = 7431170312345678901


def control(system=SYSTEM, segment=1 << 20):
    """pg_control of 15, as far as it is read."""
    data = bytearray(8192)
    struct.pack_into('<QI', data, 0, system, 1300)
    struct.pack_into('<I', data, 16, 6)
    struct.pack_into('<QI', data, 40, 0x2000028, 1)
    struct.pack_into('<I', data, 228, segment)
    data[288:292] = bytes.fromhex(crc32c(bytes(data[:288])))
    return bytes(data)


def label(redo='0/2000028', by='primary'):
    return (f'START WAL LOCATION: {redo} (file 000000010000000000000020)\n'
            f'CHECKPOINT LOCATION: 0/2000060\nBACKUP METHOD: streamed\n'
            f'BACKUP FROM: {by}\nSTART TIME: 2026-11-21 03:15:00 GMT\n'
            'LABEL: walarch\nSTART TIMELINE: 1\n').encode()


FILE, FOLDER = tarfile.REGTYPE, tarfile.DIRTYPE
GOOD = [(b'backup_label', FILE, b'START WAL LOCATION\n'),
        (b'base/', FOLDER, ''),
        (b'base/1', FILE, b'page' * 5000),
        (b'base/a\nb', FILE, b''),
        (b'caf\xe9', FILE, b'x'),
        (b'./pg_wal/archive_status/', FOLDER, ''),
        (b'PG_VERSION', FILE, b'15\n'),
        (b'global/', FOLDER, ''),
        (b'global/pg_control', FILE, b'c' * 8192),
        (b'pg_wal/000000010000000000000002', FILE, b'w' * 9999)]
# The folder of what comes below it is made first.
GOOD.insert(5, (b'pg_wal/', FOLDER, ''))
# And that of tablespaces.
GOOD.insert(5, (b'pg_tblspc/', FOLDER, ''))
if 'LIAR_WHOLE' in os.environ:
    GOOD = [(n, k, {b'backup_label': label(),
                    b'global/pg_control': control()}.get(n, d))
            for n, k, d in GOOD]


def listed(name, content):
    line = {'Size': len(content), 'Last-Modified': '2026-11-21 03:15:00 GMT',
            'Checksum-Algorithm': 'CRC32C', 'Checksum': crc32c(content)}
    try:
        first = {'Path': name.decode()}
    except UnicodeDecodeError:
        first = {'Encoded-Path': name.hex()}
    return '{ ' + json.dumps({**first, **line})[1:-1] + ' }'


def manifest(entries):
    lines = [listed(name, content) for name, kind, content in entries
             if kind == FILE and not name.startswith(b'pg_wal/')]
    return signed('{ "PostgreSQL-Backup-Manifest-Version": 1,\n"Files": [\n' +
                  ',\n'.join(lines) + '\n],\n"WAL-Ranges": [\n],\n')


def signed(text):
    digest = hashlib.sha256(text.encode()).hexdigest()
    return (text + '"Manifest-Checksum": "' + digest + '"}\n').encode()


class Case:
    """What is sent; each case changes a part of it."""
    version = '15.3'
    start = ('0/2000028', '1')
    spaces = [(None, None, None)]
    end = ('0/2000100', '1')
    error = None        # 'copy', 'end'
    gone = None         # the same

    def __init__(self):
        self.parts = [('n', b'base.tar\0\0', tar(GOOD)),
                      ('m', b'', manifest(GOOD))]
        self.front = []     # messages before the first part

    def entries(self, entries, told=None):
        self.parts = [('n', b'base.tar\0\0', tar(entries)),
                      ('m', b'', manifest(told or entries))]


def build(name):
    c = Case()
    extra = {
        'dotdot': (b'../evil', FILE, b'evil'),
        'inner-dotdot': (b'base/../../evil', FILE, b'evil'),
        'absolute': (os.environ.get('EVIL', '/evil').encode(), FILE, b'evil'),
        'symlink': (b'base/2', tarfile.SYMTYPE, '/etc'),
        'hardlink': (b'base/2', tarfile.LNKTYPE, '/etc/passwd'),
        'device': (b'base/2', tarfile.CHRTYPE, ''),
        'fifo': (b'base/2', tarfile.FIFOTYPE, ''),
        'twice': (b'base/1', FILE, b'again'),
        'file-as-folder': (b'base/1/x', FILE, b'x'),
        'folder-as-file': (b'base', FILE, b'x'),
        'manifest-in-tar': (b'backup_manifest', FILE, b'{}'),
    }
    good = list(GOOD)
    wrong = [(n, k, b'lies' * 5000 if n == b'base/1' else d)
             for n, k, d in good]
    if name in extra:
        c.entries(good + [extra[name]])
    elif name.startswith('without-'):
        c.entries([e for e in good if e[0] != name[8:].encode()])
    elif name == 'other-content':
        c.entries(good, wrong)
    elif name == 'other-size':
        c.entries(good, [(n, k, d + b'x' if n == b'base/1' else d)
                         for n, k, d in good])
    elif name == 'not-listed':
        c.entries(good, [e for e in good if e[0] != b'PG_VERSION'])
    elif name == 'not-sent':
        c.entries(good, good + [(b'zzz', FILE, b'')])
    elif name == 'manifest-junk':
        c.parts[1] = ('m', b'', b'{ "Path": \n')
    elif name == 'manifest-changed':
        c.parts[1] = ('m', b'', c.parts[1][2].replace(b'03:15', b'03:16'))
    elif name == 'manifest-long':
        c.parts[1] = ('m', b'', c.parts[1][2] + b'\n')
    elif name == 'manifest-cut':
        c.parts[1] = ('m', b'', c.parts[1][2][:-3])
    elif name == 'no-manifest':
        c.parts.pop()
    elif name == 'no-tar':
        c.parts.pop(0)
    elif name == 'tar-cut':
        c.parts[0] = ('n', b'base.tar\0\0', c.parts[0][2][:9000])
    elif name == 'tar-huge':
        block = bytearray(tar([(b'base/2', FILE, b'')]))
        block[124:136] = b'77777777777\0'
        block[148:156] = b' ' * 8
        block[148:156] = b'%06o\0 ' % sum(block)
        c.parts[0] = ('n', b'base.tar\0\0', tar(good) + bytes(block) +
                      bytes(9000))
    elif name == 'tar-junk':
        c.parts[0] = ('n', b'base.tar\0\0', b'j' * 5000)
    elif name == 'tar-zipped':
        c.parts[0] = ('n', b'base.tar\0\0', zlib.compress(tar(good)))
    elif name == 'archive-name':
        c.parts[0] = ('n', b'../../evil.tar\0\0', tar(good))
    elif name == 'archive-unlisted':
        c.parts.insert(0, ('n', b'16400.tar\0/x\0', b''))
    elif name == 'archive-unended':
        c.parts[0] = ('n', b'base.tar', tar(good))
    elif name == 'archive-missing':
        c.spaces = [('16400', '/x', '0'), (None, None, None)]
    elif name == 'tablespace':
        c.spaces = [('16400', '/x', '0'), (None, None, None)]
        c.parts.insert(0, ('n', b'16400.tar\0/x\0',
                           tar([(b'PG_15_202209061/', FOLDER, '')])))
    elif name == 'tablespace-dotdot':
        c.spaces = [('16400', '/x', '0'), (None, None, None)]
        c.parts.insert(0, ('n', b'16400.tar\0/x\0',
                           tar([(b'../../../evil', FILE, b'')])))
    elif name == 'bad-oid':
        c.spaces = [('../evil', '/x', '0'), (None, None, None)]
    elif name == 'no-spaces':
        c.spaces = []
    elif name == 'bad-start':
        c.start = ('0/x', '1')
    elif name == 'bad-end':
        c.end = ('0/2000100', '-1')
    elif name == 'data-first':
        c.front = [b'dxxxx']
    elif name == 'unknown-message':
        c.front = [b'zxxxx']
    elif name == 'empty-message':
        c.front = [b'']
    elif name == 'progress':
        c.front = [b'p' + bytes(8)]
    elif name.startswith(('error-', 'gone-')):
        setattr(c, name.split('-')[0], name.split('-')[1])
    elif name == 'ancient':
        c.version = '9.6.24'
    elif name == 'old':
        c.version = '14.9'
    elif name == 'older':
        c.version = '12.9'
        c.parts.pop()
    elif name.startswith('control-'):
        other = {'control-other': control(SYSTEM + 1),
                 'control-segments': control(segment=1 << 24),
                 'control-damaged': control()[:20] + b'x' + control()[21:],
                 'control-short': control()[:300]}[name]
        c.entries([(n, k, other if n == b'global/pg_control' else d)
                   for n, k, d in good])
    elif name == 'label-twice':
        c.entries(good + [good[0]])
    elif name.startswith('label-'):
        other = {'label-other': label('0/2000F28'),
                 'label-late': label('0/2000030'),
                 'label-standby': label(by='standby'),
                 'label-nul': b'\0' + label(),
                 'label-long': label() + b'x' * 2000000}[name]
        c.entries([(n, k, other if n == b'backup_label' else d)
                   for n, k, d in good])
    elif name == 'no-folder':
        c.entries(good + [(b'nowhere/1', FILE, b'x')])
    elif name == 'link':
        c.entries(good + [(b'pg_tblspc/16400', tarfile.SYMTYPE, '/etc')])
    elif name == 'old-too-many':
        c.version = '14.9'
        c.parts.append(c.parts[1])
    elif name != 'good':
        sys.exit('no such case: ' + name)
    return c


class Gone(Exception):
    pass


class Server:
    def __init__(self, link, case):
        self.link, self.case = link, case

    def send(self, kind, body=b''):
        self.link.sendall(kind + struct.pack('!I', len(body) + 4) + body)

    def receive(self, size):
        data = b''
        while len(data) < size:
            more = self.link.recv(size - len(data))
            if not more:
                raise Gone
            data += more
        return data

    def row(self, *rows):
        width = len(rows[0]) if rows else 3
        body = b'c\0' + struct.pack('!IHIHIH', 0, 0, 25, 65535, 0, 0)
        self.send(b'T', struct.pack('!H', width) + body * width)
        for row in rows:
            body = struct.pack('!H', width)
            for value in row:
                body += struct.pack('!i', -1) if value is None else (
                    struct.pack('!I', len(value)) + value.encode())
            self.send(b'D', body)
        self.send(b'C', b'SELECT\0')

    def trouble(self, where):
        if self.case.error == where:
            self.send(b'E', b'SERROR\0VERROR\0C58000\0Mthe disk is on fire\0\0')
            self.send(b'Z', b'I')
        if self.case.gone == where or self.case.error == where:
            raise Gone

    def typed(self):
        self.send(b'H', b'\0\0\0')
        for message in self.case.front:
            self.send(b'd', message)
        for kind, head, data in self.case.parts:
            self.send(b'd', kind.encode() + head)
            for i in range(0, len(data), 7000):
                if i > 0:
                    self.trouble('copy')
                self.send(b'd', b'd' + data[i:i + 7000])
        self.send(b'c')

    def untyped(self):
        for _, _, data in self.case.parts:
            self.send(b'H', b'\0\0\0')
            for i in range(0, len(data), 7000):
                self.send(b'd', data[i:i + 7000])
            self.send(b'c')

    def backup(self):
        self.row(self.case.start)
        self.row(*self.case.spaces)
        if int(self.case.version.split('.')[0]) >= 15:
            self.typed()
        else:
            self.untyped()
        self.trouble('end')
        self.row(self.case.end)
        self.send(b'C', b'BASE_BACKUP\0')

    def show(self, name):
        self.row(({'wal_segment_size': '1MB', 'data_checksums': 'on',
                   'in_hot_standby': 'off', 'archive_mode': 'on',
                   'server_version': self.case.version}.get(name, ''),))

    def serve(self):
        hello = self.receive(struct.unpack('!I', self.receive(4))[0] - 4)
        if b'replication\0true' not in hello:
            self.send(b'E', b'SFATAL\0VFATAL\0C3D000\0Mno database\0\0')
            return
        self.send(b'R', struct.pack('!I', 0))
        self.send(b'S', b'server_version\0' + self.case.version.encode() +
                  b'\0')
        self.send(b'Z', b'I')
        while True:
            kind = self.receive(1)
            body = self.receive(struct.unpack('!I', self.receive(4))[0] - 4)
            if kind == b'X':
                return
            if body.startswith(b'IDENTIFY'):
                self.row((str(SYSTEM), '1', '0/2000000', ''))
            elif body.startswith(b'SHOW '):
                self.show(body[5:].rstrip(b'\0').decode())
            else:
                self.backup()
            self.send(b'Z', b'I')


def main():
    folder, case, command = sys.argv[1], build(sys.argv[2]), sys.argv[3:]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(folder + '/.s.PGSQL.5432')
    listener.listen(4)

    def answer(link):
        with link:
            try:
                Server(link, case).serve()
            except (Gone, OSError):
                pass

    def work():
        while True:
            link, _ = listener.accept()
            threading.Thread(target=answer, args=(link,), daemon=True).start()

    threading.Thread(target=work, daemon=True).start()
    status = subprocess.call(command)
    os.unlink(folder + '/.s.PGSQL.5432')
    sys.exit(status)


main()
