// oxlint-disable-next-line import/no-unassigned-import -- The next import expects it to be there.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

/**
 * A certificate authority of one's own, for tests and for clusters that are made to be thrown
 * away. Real clusters have theirs (cert-manager, a company's): nothing here keeps a key safe.
 */
export type Authority = {
  /** PEM, for those who are to trust it. */
  certificate: string
  issue: (subject: Subject) => Promise<Certificate>
}

export type Subject = {
  /** The common name. Who is known by their certificate is known by this. */
  name: string
  /** What clients may call the server: DNS names and IP addresses; they check nothing else. */
  hosts: readonly string[]
}

/** Both PEM; the key as unencrypted PKCS #8, which Kafka and Postgres read alike. */
export type Certificate = { certificate: string; key: string }

/** P-256 keys take a millisecond to make, where RSA takes a second. */
const KEYS = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000

export const openAuthority = async (name: string, days = 30): Promise<Authority> => {
  const keys = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(days),
    name: `CN=${name}`,
    keys,
    signingAlgorithm: KEYS,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return {
    certificate: own.toString('pem'),
    issue: (subject) => issue(subject, { own, signingKey: keys.privateKey, days }),
  }
}

type Issuer = { own: x509.X509Certificate; signingKey: CryptoKey; days: number }

/** For servers and for clients, because a broker is both to its own controller. */
const issue = async (
  { name, hosts }: Subject,
  { own, signingKey, days }: Issuer,
): Promise<Certificate> => {
  const keys = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(days),
    subject: `CN=${name}`,
    issuer: own.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: KEYS,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension(hosts.map(generalName)),
      await x509.AuthorityKeyIdentifierExtension.create(own, false),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    certificate: certificate.toString('pem'),
    key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
  }
}

const generalName = (host: string) => ({
  type: /^[\d.]+$|:/.test(host) ? ('ip' as const) : ('dns' as const),
  value: host,
})

/** From an hour ago: clocks differ. */
const validity = (days: number) => ({
  notBefore: new Date(Date.now() - DAY_MS / 24),
  notAfter: new Date(Date.now() + days * DAY_MS),
})
