"""certificates.py <folder>: a certificate authority of our own, and a certificate for every host name that the emulator gives to something.

Writes ca.pem, server.pem and server.key. Nothing outside of the folder trusts them, and they end after a day.
"""
import datetime
import ipaddress
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Databases, clusters, proxies and caches are named by ministack.py; distributions and APIs as AWS names them.
HOSTS = [
    *["*.x.us-east-1.rds.amazonaws.com", "*.cluster-x.us-east-1.rds.amazonaws.com", "*.proxy-x.us-east-1.rds.amazonaws.com", "*.x.use1.cache.amazonaws.com"],
    *["*.cloudfront.net", "*.execute-api.us-east-1.amazonaws.com"],
]

folder = Path(sys.argv[1])
now = datetime.datetime.now(datetime.timezone.utc)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def builder(subject, issuer, key):
    begins, ends = now - datetime.timedelta(minutes=5), now + datetime.timedelta(days=1)
    return x509.CertificateBuilder(name(issuer), name(subject), key.public_key(), x509.random_serial_number(), begins, ends)


ca_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
ca = (
    builder("Kelvo emulator CA", "Kelvo emulator CA", ca_key)
    .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    .sign(ca_key, hashes.SHA256())
)
server = (
    builder("Kelvo emulator stores", "Kelvo emulator CA", server_key)
    .add_extension(x509.SubjectAlternativeName([*map(x509.DNSName, HOSTS), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
    .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    .sign(ca_key, hashes.SHA256())
)
(folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
(folder / "server.pem").write_bytes(server.public_bytes(serialization.Encoding.PEM))
(folder / "server.key").write_bytes(
    server_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
)
