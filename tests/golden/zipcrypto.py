"""Writes zipcrypto.zip: three members of invented text, two of them encrypted with the traditional ZIP cipher.

The cipher is written out here after APPNOTE.TXT 6.3.10, section 6.1, because Python's zipfile only decrypts it; so the
golden is independent of libzip. Python 3.11. Run: python3 zipcrypto.py zipcrypto.zip
"""
import struct
import sys
import zlib

PASSWORD = b"correct-horse"
MEMBERS = [  # name, content, encrypted, deflated
    ("dataset/invented.csv", b"Question,Answer\n" + b"".join(b"What is %d + %d?,%d\n" % (i, i, 2 * i) for i in range(99)),
     True, True),
    ("stored.txt", b"stored and encrypted\n", True, False),
    ("plain.txt", b"neither\n", False, True),
]


def crc_byte(crc, byte):
    return zlib.crc32(bytes([byte]), crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


class Cipher:
    def __init__(self, password):
        self.keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self.update(byte)

    def update(self, byte):
        k = self.keys
        k[0] = crc_byte(k[0], byte)
        k[1] = ((k[1] + (k[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        k[2] = crc_byte(k[2], k[1] >> 24)

    def encrypt(self, data):
        out = bytearray()
        for byte in data:
            temp = (self.keys[2] | 2) & 0xFFFF
            out.append(byte ^ ((temp * (temp ^ 1)) >> 8 & 0xFF))
            self.update(byte)
        return bytes(out)


def deflate(data):
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(data) + compressor.flush()


def main(path):
    body = b""
    directory = b""
    for name, content, encrypted, deflated in MEMBERS:
        crc = zlib.crc32(content)
        data = deflate(content) if deflated else content
        if encrypted:
            data = Cipher(PASSWORD).encrypt(bytes(range(11)) + bytes([crc >> 24]) + data)
        fields = struct.pack("<HHHHHIIIHH", 20, 1 if encrypted else 0, 8 if deflated else 0, 0, 0x21, crc, len(data),
                             len(content), len(name), 0)
        directory += b"PK\1\2" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, len(body))
        directory += name.encode()
        body += b"PK\3\4" + fields + name.encode() + data
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, len(MEMBERS), len(MEMBERS), len(directory), len(body), 0)
    with open(path, "wb") as file:
        file.write(body + directory + end)


main(sys.argv[1])
