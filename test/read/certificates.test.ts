import { describe, expect, test } from "vitest";
import { formatProblem } from "../../src/model/problem.ts";
import { readCertificates } from "../../src/read/certificates.ts";
import { latestExpiry } from "../../src/read/x509.ts";
import { endsIn2026, endsIn2030 } from "../support/certificates.ts";

const read = (text: string) => {
  const result = readCertificates(text, "certs.json", "cp-1");
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.certificates.map(({ name, isAuthority, isExternal, expiresAt }) => [
    name,
    isAuthority ? "authority" : "leaf",
    isExternal,
    expiresAt === undefined ? "missing" : new Date(expiresAt).toISOString(),
  ]);
};

const printed = {
  kind: "CertificateExpirationInfo",
  apiVersion: "output.kubeadm.k8s.io/v1alpha3",
  certificates: [
    {
      name: "admin.conf",
      expirationDate: "2027-07-14T12:00:00Z",
      residualTime: 31535940,
      externallyManaged: false,
      caName: "ca",
      missing: false,
    },
    {
      name: "apiserver",
      expirationDate: "2027-07-14T12:00:01Z",
      residualTime: 1,
      externallyManaged: true,
      missing: false,
    },
    {
      name: "super-admin.conf",
      expirationDate: null,
      residualTime: 0,
      externallyManaged: false,
      missing: true,
    },
  ],
  certificateAuthorities: [
    {
      name: "ca",
      expirationDate: "2036-07-11T12:00:00Z",
      residualTime: 9,
      externallyManaged: false,
      missing: false,
    },
  ],
};

const expected = [
  ["admin.conf", "leaf", false, "2027-07-14T12:00:00.000Z"],
  ["apiserver", "leaf", true, "2027-07-14T12:00:01.000Z"],
  ["super-admin.conf", "leaf", false, "missing"],
  ["ca", "authority", false, "2036-07-11T12:00:00.000Z"],
];

describe("what kubeadm certs check-expiration prints", () => {
  test("as JSON, of any version, with kubeadm's own lines before it", () => {
    expect(read(JSON.stringify(printed))).toEqual(expected);
    const beta = { ...printed, apiVersion: "output.kubeadm.k8s.io/v1beta1" };
    const lines = `[check-expiration] Reading configuration from the cluster...\n[check-expiration] FYI: You can look at this config file\n\n`;
    expect(read(`${lines}${JSON.stringify(beta, undefined, 4)}\n`)).toEqual(expected);
  });

  test("as YAML", () => {
    expect(
      read(`apiVersion: output.kubeadm.k8s.io/v1alpha3
kind: CertificateExpirationInfo
certificates:
- { name: apiserver, expirationDate: "2027-07-14T12:00:01Z", externallyManaged: true }
`),
    ).toEqual([expected[1]]);
  });

  test("as the table", () => {
    expect(
      read(`[check-expiration] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...

CERTIFICATE                EXPIRES                  RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED
admin.conf                 Aug 19, 2026 09:03 UTC   360d            ca                      no
apiserver                  Aug 9, 2026 09:03 UTC    <invalid>       ca                      yes
!MISSING! super-admin.conf

CERTIFICATE AUTHORITY   EXPIRES                  RESIDUAL TIME   EXTERNALLY MANAGED
ca                      Aug 17, 2035 09:03 UTC   9y              no
`),
    ).toEqual([
      ["admin.conf", "leaf", false, "2026-08-19T09:03:00.000Z"],
      ["apiserver", "leaf", true, "2026-08-09T09:03:00.000Z"],
      ["super-admin.conf", "leaf", false, "missing"],
      ["ca", "authority", false, "2035-08-17T09:03:00.000Z"],
    ]);
  });

  test.each([
    ["", "no certificate is in it"],
    ["kind: Pod", "expected kind CertificateExpirationInfo"],
    ["- 1", "expected kind CertificateExpirationInfo"],
    ["{", "neither JSON, YAML nor kubeadm's table"],
    ["kind: CertificateExpirationInfo\ncertificates: 7", "certificates: expected a list of certificates"],
    ["kind: CertificateExpirationInfo\ncertificates: [{}]", "expected the certificate's name"],
  ])("%j is refused, with what to give", (text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow("kubeadm certs check-expiration -o json");
  });
});

test("of a bundle the last authority counts; what is none tells nothing", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  expect(new Date(latestExpiry(base64(endsIn2026))!).toISOString().slice(0, 10)).toBe("2026-12-01");
  expect(new Date(latestExpiry(base64(endsIn2026 + endsIn2030))!).getUTCFullYear()).toBe(2030);
  expect(latestExpiry("Cg==")).toBeUndefined();
  expect(
    latestExpiry(base64("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")),
  ).toBeUndefined();
});
