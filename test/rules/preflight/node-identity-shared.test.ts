import { expect, test } from "vitest";
import { type ApiObject, clusterOf, node } from "../../support/objects.ts";
import { ofCluster } from "../../support/preflight.ts";

const rule = "node-identity-shared";

function machine(
  name: string,
  nodeInfo: ApiObject,
  more: { ip?: string; providerID?: string } = {},
): ApiObject {
  const made = node(name) as { spec: object; status: { nodeInfo: object } };
  return {
    ...made,
    spec: { ...made.spec, ...(more.providerID ? { providerID: more.providerID } : {}) },
    status: {
      ...made.status,
      nodeInfo: { ...made.status.nodeInfo, ...nodeInfo },
      addresses: [{ type: "InternalIP", address: more.ip ?? `10.0.0.${name.slice(-1)}` }],
    },
  };
}

const own = (n: number) => ({ machineID: `aaaa${n}`, systemUUID: `bbbb${n}`, bootID: `cccc${n}` });

test("one machine id on two nodes: clones of an image", () => {
  const cluster = clusterOf(
    machine("n1", own(1)),
    machine("n2", { ...own(2), machineID: "AAAA1" }),
    machine("n3", own(3)),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    { severity: "warning", subject: "n1 and n2", message: "n1 and n2 have one machine id" },
  ]);
});

test("one system UUID, one address, one provider's id", () => {
  const more = { ip: "10.0.0.9", providerID: "aws:///a/i-1" };
  const cluster = clusterOf(
    machine("n1", own(1), more),
    machine("n2", { ...own(2), systemUUID: "bbbb1" }, more),
  );
  expect(ofCluster(cluster, rule).map(({ message }) => message.split(" have one ")[1])).toEqual(
    expect.arrayContaining(["InternalIP", "providerID", "system UUID"]),
  );
});

test("containers of one machine share its kernel: one note, and nothing about the rest", () => {
  const same = { machineID: "m", systemUUID: "s", bootID: "b" };
  const cluster = clusterOf(machine("n1", same), machine("n2", same), machine("n3", same));
  expect(ofCluster(cluster, rule)).toMatchObject([
    { severity: "info", subject: "3 nodes", data: { what: "boot id" } },
  ]);
});

test("near misses: each its own, not told at all, and blacked out", () => {
  expect(ofCluster(clusterOf(machine("n1", own(1)), machine("n2", own(2))), rule)).toEqual([]);
  expect(ofCluster(clusterOf(machine("n1", {}), machine("n2", {})), rule)).toEqual([]);
  const hidden = { machineID: "xxxxxxxx-xxxx", systemUUID: "***HIDDEN***", bootID: "00000000-0000" };
  expect(ofCluster(clusterOf(machine("n1", hidden), machine("n2", hidden)), rule)).toEqual([]);
});
