import { expect, test } from "vitest";
import { clusterOf, node, object } from "../../support/objects.ts";
import { ofCluster } from "../../support/preflight.ts";

const rule = "signing-request-pending";

function request(name: string, signerName: string, ...conditions: readonly string[]) {
  return object("certificates.k8s.io/v1", "CertificateSigningRequest", name, {
    spec: { signerName, username: `system:node:${name}`, request: "LS0t" },
    status: { conditions: conditions.map((type) => ({ type, status: "True" })) },
  });
}

const said = (...requests: readonly ReturnType<typeof request>[]) =>
  ofCluster(clusterOf(node("node-1"), [...requests]), rule).map(({ severity, subject, data }) => [
    severity,
    subject,
    data["state"],
  ]);

const serving = "kubernetes.io/kubelet-serving";

test.each([
  ["waits for approval", request("a", serving), [["warning", serving, "pending"]]],
  ["waits for its signer", request("a", serving, "Approved"), [["warning", serving, "approved"]]],
  ["is denied", request("a", serving, "Denied"), []],
  ["failed", request("a", serving, "Approved", "Failed"), []],
  ["is somebody else's", request("a", "example.com/x"), [["info", "example.com/x", "pending"]]],
])("a request that %s", (_, made, expected) => {
  expect(said(made)).toEqual(expected);
});

test("those of one signer are told together, with the command that answers them", () => {
  const cluster = clusterOf(node("node-1"), request("a", serving), request("b", serving));
  const [found, other] = ofCluster(cluster, rule);
  expect(other).toBeUndefined();
  expect(found!.message).toContain("2 requests by system:node:a and system:node:b wait for approval");
  expect(found!.details[0]).toContain("kubectl certificate approve a b");
});

test("one that has its certificate waits for nothing", () => {
  const issued = object("certificates.k8s.io/v1beta1", "CertificateSigningRequest", "a", {
    spec: { username: "system:node:a" },
    status: { conditions: [{ type: "Approved" }], certificate: "LS0t" },
  });
  expect(said(issued)).toEqual([]);
});
