import { describe, expect, test } from "vitest";
import { Anonymizer } from "../../src/read/anonymize.ts";
import { expectSameRehearsals, twinsOf } from "../support/anonymous-twin.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "ledger-7db6d8ff4d-x2x9z",
    namespace: "payments",
    uid: "0a1b2c3d-1111-2222-3333-444455556666",
    creationTimestamp: "2026-03-14T22:00:00Z",
    labels: { app: "ledger", "acme.example/tier": "gold", "app.kubernetes.io/name": "ledger" },
    ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "ledger-7db6d8ff4d" }],
  },
  spec: {
    nodeName: "ip-10-1-2-3.acme.example",
    nodeSelector: { "acme.example/tier": "gold" },
    containers: [
      {
        name: "ledger",
        image: "registry.acme.example/ledger:v1.2.3",
        resources: { requests: { cpu: "1500m" } },
      },
    ],
  },
  status: {
    phase: "Running",
    podIP: "192.168.7.9",
    conditions: [{ type: "Ready", status: "True", message: "gold is full" }],
  },
};

const twin = (() => {
  const anonymizer = new Anonymizer();
  anonymizer.learn(pod);
  return anonymizer.anonymous(pod) as typeof pod;
})();

test("names, labels, images, addresses and messages tell nothing any more", () => {
  expect(JSON.stringify(twin)).not.toMatch(/ledger|payments|acme|gold|192\.168|full/);
});

test("what is equal stays equal, and what Kubernetes reads stays as it is", () => {
  const { metadata, spec, status } = twin;
  expect(metadata.labels.app).toBe(metadata.labels["app.kubernetes.io/name"]);
  expect(metadata.name.startsWith(metadata.ownerReferences[0]!.name)).toBe(true);
  expect(Object.keys(metadata.labels)).toContain(Object.keys(spec.nodeSelector)[0]);
  expect(metadata).toMatchObject({
    uid: pod.metadata.uid,
    creationTimestamp: "2026-03-14T22:00:00Z",
    ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet" }],
  });
  expect(spec.containers[0]!.image).toMatch(/:v1\.2\.3$/);
  expect(spec.containers[0]!.resources).toEqual({ requests: { cpu: "1500m" } });
  expect(status).toMatchObject({
    phase: "Running",
    podIP: "10.0.0.1",
    conditions: [{ type: "Ready", status: "True" }],
  });
});

test("of command lines the flags stay, and what they name is named otherwise", () => {
  const command = [
    "cluster-autoscaler",
    "--nodes=1:10:gold",
    "--target=Deployment/ledger",
    "--scan-interval=10s",
    '--default-params={"linear":{"coresPerReplica":256}}',
  ];
  const anonymizer = new Anonymizer();
  const object = {
    kind: "Pod",
    metadata: { name: "gold", namespace: "ledger" },
    spec: { containers: [{ command }] },
  };
  anonymizer.learn(object);
  const { metadata, spec } = anonymizer.anonymous(object) as typeof object;
  expect(spec.containers[0]!.command).toEqual([
    "cluster-autoscaler",
    `--nodes=1:10:${metadata.name}`,
    `--target=Deployment/${metadata.namespace}`,
    ...command.slice(3),
  ]);
});

test("kinds of a group that names somebody are named otherwise, the same wherever they stand", () => {
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "ledgers.acme.example" },
    spec: {
      group: "acme.example",
      names: { kind: "Ledger", listKind: "LedgerList", plural: "ledgers", shortNames: ["AL"] },
    },
  };
  const owned = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "ledger-0",
      ownerReferences: [
        { apiVersion: "acme.example/v1", kind: "Ledger", name: "ledger" },
        { apiVersion: "kafka.strimzi.io/v1", kind: "Kafka", name: "ledger" },
      ],
    },
  };
  const anonymizer = new Anonymizer();
  for (const each of [definition, owned]) anonymizer.learn(each);
  const crd = anonymizer.anonymous(definition) as typeof definition;
  const [own, known] = (anonymizer.anonymous(owned) as typeof owned).metadata.ownerReferences;
  expect(JSON.stringify([crd, own])).not.toMatch(/ledger|acme|"AL"/i);
  expect(crd.kind).toBe("CustomResourceDefinition");
  expect(own!.kind).toBe(crd.spec.names.kind);
  expect(known!.kind).toBe("Kafka");
});

describe("a rehearsal goes as before", () => {
  test.each(["kubeadm", "kubeadm-small"])("%s", (name) => {
    expectSameRehearsals(twinsOf(`docs/examples/${name}.yaml`));
  });
});

test("of a control plane's command line only paths hold names", () => {
  const container = (path: string) => ({
    command: ["kube-scheduler", "--leader-elect-lease-duration=15s", `--config=${path}`],
  });
  const anonymizer = new Anonymizer();
  anonymizer.learn(container("/etc/acme/scheduler.yaml"));
  const { command } = anonymizer.anonymous(container("/etc/acme/scheduler.yaml")) as { command: string[] };
  expect(command.slice(0, 2)).toEqual(["kube-scheduler", "--leader-elect-lease-duration=15s"]);
  expect(command[2]).toMatch(/^--config=\//);
  expect(command[2]).not.toContain("acme");
});
