import { z } from "zod";
import { expected, flag, list, oneOf, strict, whole } from "../../plan/schema/fields.ts";
import { labelKey, labelValue, nameText, someMillis } from "../../plan/schema/values.ts";
import { amount, labels, workload } from "./workload.ts";

/** The three ways to say what the cluster is: a recording, objects, or a few lines from which objects are made. */

const aVersion = expected("a version such as v1.35.2");
const version = z.string(aVersion).regex(/^v\d+\.\d+\.\d+([-+].*)?$/, aVersion);

const taint = strict("a taint", {
  key: labelKey.describe("Its key"),
  value: labelValue.prefault("").describe("Its value"),
  effect: oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"]).describe("What it does to pods"),
});

const aNodeName = expected("a name of lower-case letters, digits and -");

const nodes = strict("a group of nodes", {
  count: whole(1).describe("How many"),
  name: z
    .string(aNodeName)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, aNodeName)
    .prefault("node")
    .describe("What they are called, before their number: node-1, node-2 and so on"),
  zones: list(labelValue, "zones")
    .exactOptional()
    .describe("The zones, one after the other in turn: node-1 is in the first"),
  cpu: amount("cpu", "8").prefault(4).describe("CPU that pods may request on each"),
  memory: amount("memory", "32Gi").prefault("16Gi").describe("Memory that pods may request on each"),
  pods: whole(1).prefault(110).describe("How many pods each takes"),
  version: version.exactOptional().describe("The kubelet's version; without it, the control plane's"),
  labels: labels.exactOptional().describe("Labels of each"),
  taints: list(taint, "taints").exactOptional().describe("Taints of each"),
  os: oneOf(["linux", "windows"]).prefault("linux").describe("The operating system of each"),
  arch: oneOf(["amd64", "arm64", "s390x", "ppc64le"]).prefault("amd64").describe("The architecture of each"),
  images: list(nameText, "images")
    .exactOptional()
    .describe("Images that each has pulled already, beside those of its pods"),
  cordoned: flag.prefault(false).describe("Whether they are cordoned from the start"),
});

const controlPlane = strict("controlPlane", {
  version: version.describe("Its version"),
  members: whole(0)
    .prefault(0)
    .describe("How many of its nodes are seen: cp-1, cp-2 and so on; none without it"),
});

const storageClass = strict("a storage class", {
  name: nameText.describe("Its name"),
  provisioner: nameText.describe("Who makes its volumes, such as ebs.csi.aws.com or rancher.io/local-path"),
  default: flag.prefault(false).describe("Whether claims that name no class get this one"),
});

const priority = expected("a whole number from -2147483648 to 1000000000");

const share = expected("a percentage from 1% to 95%");

const generate = strict("generate", {
  seed: whole(0)
    .exactOptional()
    .describe("Settles where pods are at the start; without it, the rehearsal's seed does"),
  controlPlane: controlPlane.exactOptional().describe("The control plane"),
  nodes: list(nodes, "groups of nodes").describe("The nodes"),
  storageClasses: list(storageClass, "storage classes", 0)
    .prefault([])
    .describe("Storage classes; one that is used and not listed has zonal volumes"),
  priorityClasses: z
    .record(
      nameText,
      z.int(priority).min(-2_147_483_648, priority).max(1_000_000_000, priority),
      expected("priority classes (a map from name to number)"),
    )
    .prefault({})
    .describe("Priority classes, with their numbers"),
  workloads: list(workload, "workloads", 0).prefault([]).describe("What runs on it"),
  fill: strict("fill", {
    cpu: z
      .string(share)
      .regex(/^([1-9]|[1-8]\d|9[0-5])%$/, share)
      .describe("How much of the CPU of nodes without taints is requested in the end"),
  })
    .exactOptional()
    .describe("More workloads of several replicas without budgets, until so much is requested"),
});

const snapshot = strict("snapshot", {
  file: nameText.describe("A file of `kubectl get -o json`, from the directory of this file"),
});

const object = z.record(
  z.string(),
  z.unknown(),
  expected("a Kubernetes object (a map with apiVersion and kind)"),
);

const certificate = strict("a certificate", {
  name: nameText.describe("As kubeadm calls it: apiserver, etcd-server, admin.conf, ca"),
  node: nameText.exactOptional().describe("The node that it is on; without it, that is not known"),
  expiresIn: someMillis.describe("When it runs out, from the start of the plan"),
  isAuthority: flag.prefault(false).describe("Whether it signs others"),
  externallyManaged: flag.prefault(false).describe("Whether kubeadm cannot renew it"),
});

/** The cluster of a scenario. */
export const cluster = strict("cluster", {
  snapshot: snapshot.exactOptional().describe("A recorded cluster, taken as it stands"),
  objects: list(object, "Kubernetes objects")
    .exactOptional()
    .describe("Manifests, as one gives them to kubectl; alone, or beside generate"),
  generate: generate.exactOptional().describe("A cluster made from a few lines"),
  certificates: list(certificate, "certificates")
    .exactOptional()
    .describe("Certificates of its control plane, as kubeadm certs check-expiration tells of them"),
}).superRefine(({ snapshot, objects, generate }, context) => {
  if (snapshot ? !objects && !generate : objects || generate) return;
  const message = snapshot
    ? "expected snapshot alone, or generate and objects"
    : "expected generate, objects or snapshot";
  context.addIssue({ code: "custom", message });
});

export type ClusterFile = z.output<typeof cluster>;
export type GenerateFile = NonNullable<ClusterFile["generate"]>;
export type NodesFile = GenerateFile["nodes"][number];
