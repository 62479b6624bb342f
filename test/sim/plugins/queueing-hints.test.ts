import { describe, expect, test } from "vitest";
import { schedulerBehaviour } from "../../../src/facts/scheduler.ts";
import type { Pod, PodVolume } from "../../../src/model/pod.ts";
import { defaultPluginArgs } from "../../../src/model/scheduler-profile.ts";
import type { Node } from "../../../src/model/node.ts";
import { type ClusterEvent, nodeEvents, podEvents } from "../../../src/sim/plugins/cluster-events.ts";
import { mayHelp } from "../../../src/sim/plugins/queueing-hints.ts";
import {
  affinityTerm,
  GiB,
  makeAttachment,
  makeCapacity,
  makeClaim,
  makeContainer,
  makeCSIDriver,
  makeCSINode,
  makeNode,
  makePod,
  makeStorageClass,
  makeVolume,
  nodeTerm,
  selecting,
  taint,
  toleration,
} from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

const zone = "topology.kubernetes.io/zone";

function wakes(plugin: string, pod: Pod, events: readonly ClusterEvent[], minor = 36): boolean {
  const { cache } = new PluginBench({ minor });
  const context = {
    listers: cache.listers,
    behaviour: cache.behaviour,
    args: defaultPluginArgs,
    infoOf: (each: Pod) => cache.infoOf(each),
  };
  return events.some((event) => mayHelp(event, cache.infoOf(pod), new Set([plugin]), context));
}

const node = makeNode("n", { allocatable: { cpu: 1_000, memory: GiB, pods: 10 } });
const changed = (change: Partial<Node>) => nodeEvents({ before: node, after: { ...node, ...change } });
const added = (shape: Parameters<typeof makeNode>[1] = {}) => nodeEvents({ after: makeNode("new", shape) });
const gone = (pod: Pod) => podEvents({ before: pod }, schedulerBehaviour({ major: 1, minor: 36 }));
const came = (pod: Pod) => podEvents({ after: pod }, schedulerBehaviour({ major: 1, minor: 36 }));
const became = (before: Pod, change: Partial<Pod>) =>
  podEvents({ before, after: { ...before, ...change } }, schedulerBehaviour({ major: 1, minor: 36 }));

const asks = (cpu: number, name = "p", nodeName = "") =>
  makePod(name, { nodeName, spec: { requests: { cpu } } });
const selects = makePod("p", { spec: { nodeSelector: { disk: "ssd" } } });
const plain = makePod("p");
const claimed: PodVolume = { type: "persistentVolumeClaim", name: "v", claimName: "c", readOnly: false };
const withClaim = makePod("p", { spec: { volumes: [claimed] } });
const port = (number: number, nodeName: string) =>
  makePod(`port-${number}-${nodeName}`, {
    nodeName,
    spec: {
      containers: [makeContainer({}, { hostPorts: [{ port: number, protocol: "TCP", ip: "0.0.0.0" }] })],
    },
  });

const web = { app: "web" };
const spread = makePod("p", {
  labels: web,
  spec: {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: zone,
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: selecting(web),
        nodeAffinityPolicy: "Honor",
        nodeTaintsPolicy: "Honor",
        matchLabelKeys: [],
      },
    ],
  },
});
const near = makePod("p", { spec: { affinity: { requiredPods: [affinityTerm(zone, web)] } } });
const away = makePod("p", { spec: { affinity: { requiredAntiPods: [affinityTerm(zone, web)] } } });
const webPod = makePod("w", { labels: web, nodeName: "n" });

describe("what wakes a pod that was rejected by", () => {
  test.each<{ plugin: string; event: string; pod: Pod; events: readonly ClusterEvent[]; expected: boolean }>([
    {
      plugin: "NodeResourcesFit",
      event: "room on a node",
      pod: asks(1_500),
      events: changed({ allocatable: { cpu: 2_000, memory: GiB, pods: 10 } }),
      expected: true,
    },
    {
      plugin: "NodeResourcesFit",
      event: "too little room",
      pod: asks(2_500),
      events: changed({ allocatable: { cpu: 2_000, memory: GiB, pods: 10 } }),
      expected: false,
    },
    {
      plugin: "NodeResourcesFit",
      event: "more of what it does not ask for",
      pod: asks(500),
      events: changed({ allocatable: { cpu: 1_000, memory: 2 * GiB, pods: 10 } }),
      expected: false,
    },
    {
      plugin: "NodeResourcesFit",
      event: "more pods allowed",
      pod: asks(500),
      events: changed({ allocatable: { cpu: 1_000, memory: GiB, pods: 11 } }),
      expected: true,
    },
    { plugin: "NodeResourcesFit", event: "a new node", pod: asks(1_500), events: added(), expected: true },
    {
      plugin: "NodeResourcesFit",
      event: "a new node that is too small",
      pod: asks(4_001),
      events: added(),
      expected: false,
    },
    {
      plugin: "NodeResourcesFit",
      event: "a label of a node",
      pod: asks(500),
      events: changed({ labels: {} }),
      expected: false,
    },
    {
      plugin: "NodeResourcesFit",
      event: "a taint of a node",
      pod: asks(500),
      events: changed({ taints: [taint("x")] }),
      expected: true,
    },
    {
      plugin: "NodeResourcesFit",
      event: "a pod that goes",
      pod: asks(500),
      events: gone(asks(1, "q", "n")),
      expected: true,
    },
    {
      plugin: "NodeResourcesFit",
      event: "a pod that goes and was nowhere",
      pod: asks(500),
      events: gone(asks(1, "q")),
      expected: false,
    },
    {
      plugin: "NodeResourcesFit",
      event: "a pod that comes",
      pod: asks(500),
      events: came(asks(1, "q", "n")),
      expected: false,
    },
    {
      plugin: "NodeResourcesFit",
      event: "a pod that asks for less cpu",
      pod: asks(500),
      events: became(asks(9, "q", "n"), { spec: asks(5).spec }),
      expected: true,
    },
    {
      plugin: "NodeResourcesFit",
      event: "a pod that asks for less of something else",
      pod: makePod("p", { spec: { requests: { memory: 1 } } }),
      events: became(asks(9, "q", "n"), { spec: asks(5).spec }),
      expected: false,
    },
    {
      plugin: "NodePorts",
      event: "its port comes free",
      pod: port(80, ""),
      events: gone(port(80, "n")),
      expected: true,
    },
    {
      plugin: "NodePorts",
      event: "another port comes free",
      pod: port(80, ""),
      events: gone(port(81, "n")),
      expected: false,
    },
    {
      plugin: "NodeAffinity",
      event: "a label that it selects",
      pod: selects,
      events: changed({ labels: { disk: "ssd" } }),
      expected: true,
    },
    {
      plugin: "NodeAffinity",
      event: "a label that it does not select",
      pod: selects,
      events: changed({ labels: { disk: "hdd" } }),
      expected: false,
    },
    {
      plugin: "NodeAffinity",
      event: "a new node that it selects",
      pod: selects,
      events: added({ labels: { disk: "ssd" } }),
      expected: true,
    },
    {
      plugin: "NodeAffinity",
      event: "a label of a node that matched before",
      pod: makePod("p", { spec: { affinity: { requiredNodes: [nodeTerm("kubernetes.io/hostname", "n")] } } }),
      events: changed({ labels: { ...node.labels, a: "b" } }),
      expected: false,
    },
    {
      plugin: "TaintToleration",
      event: "a taint goes",
      pod: plain,
      events: nodeEvents({ before: { ...node, taints: [taint("x")] }, after: node }),
      expected: true,
    },
    {
      plugin: "TaintToleration",
      event: "one of two taints goes",
      pod: plain,
      events: nodeEvents({
        before: { ...node, taints: [taint("x"), taint("y")] },
        after: { ...node, taints: [taint("y")] },
      }),
      expected: false,
    },
    {
      plugin: "TaintToleration",
      event: "a soft taint comes",
      pod: plain,
      events: changed({ taints: [taint("x", "PreferNoSchedule")] }),
      expected: false,
    },
    {
      plugin: "TaintToleration",
      event: "it tolerates more",
      pod: plain,
      events: became(plain, { spec: makePod("p", { spec: { tolerations: [toleration("x")] } }).spec }),
      expected: true,
    },
    {
      plugin: "NodeUnschedulable",
      event: "a node is uncordoned",
      pod: plain,
      events: nodeEvents({ before: { ...node, unschedulable: true }, after: node }),
      expected: true,
    },
    {
      plugin: "NodeUnschedulable",
      event: "a node is cordoned",
      pod: plain,
      events: changed({ unschedulable: true }),
      expected: false,
    },
    {
      plugin: "NodeUnschedulable",
      event: "a cordoned node comes",
      pod: plain,
      events: added({ unschedulable: true }),
      expected: false,
    },
    { plugin: "NodeName", event: "a node comes", pod: plain, events: added(), expected: true },
    {
      plugin: "VolumeRestrictions",
      event: "a pod goes that used its claim",
      pod: withClaim,
      events: gone({ ...withClaim, uid: "q", nodeName: "n" }),
      expected: true,
    },
    {
      plugin: "VolumeRestrictions",
      event: "a pod goes that used no claim",
      pod: withClaim,
      events: gone(asks(1, "q", "n")),
      expected: false,
    },
    {
      plugin: "VolumeRestrictions",
      event: "its claim comes",
      pod: withClaim,
      events: [{ resource: "PersistentVolumeClaim", action: "Add", after: makeClaim("c") }],
      expected: true,
    },
    {
      plugin: "NodeVolumeLimits",
      event: "a pod goes that had a claim",
      pod: withClaim,
      events: gone({ ...withClaim, uid: "q", nodeName: "n" }),
      expected: true,
    },
    {
      plugin: "NodeVolumeLimits",
      event: "a pod goes that had no volume",
      pod: withClaim,
      events: gone(asks(1, "q", "n")),
      expected: false,
    },
    {
      plugin: "NodeVolumeLimits",
      event: "a higher limit",
      pod: withClaim,
      events: [
        { resource: "CSINode", action: "Update", before: makeCSINode("n", 1), after: makeCSINode("n", 2) },
      ],
      expected: true,
    },
    {
      plugin: "NodeVolumeLimits",
      event: "a lower limit",
      pod: withClaim,
      events: [
        { resource: "CSINode", action: "Update", before: makeCSINode("n", 2), after: makeCSINode("n", 1) },
      ],
      expected: false,
    },
    {
      plugin: "NodeVolumeLimits",
      event: "an attachment goes",
      pod: withClaim,
      events: [{ resource: "VolumeAttachment", action: "Delete", before: makeAttachment("v", "n") }],
      expected: true,
    },
    {
      plugin: "VolumeBinding",
      event: "any volume",
      pod: withClaim,
      events: [{ resource: "PersistentVolume", action: "Add", after: makeVolume("v") }],
      expected: true,
    },
    {
      plugin: "VolumeBinding",
      event: "its claim changes",
      pod: withClaim,
      events: [
        {
          resource: "PersistentVolumeClaim",
          action: "Update",
          before: makeClaim("c"),
          after: makeClaim("c"),
        },
      ],
      expected: true,
    },
    {
      plugin: "VolumeBinding",
      event: "another claim changes",
      pod: withClaim,
      events: [
        {
          resource: "PersistentVolumeClaim",
          action: "Update",
          before: makeClaim("d"),
          after: makeClaim("d"),
        },
      ],
      expected: false,
    },
    {
      plugin: "VolumeBinding",
      event: "more space",
      pod: withClaim,
      events: [
        {
          resource: "CSIStorageCapacity",
          action: "Update",
          before: makeCapacity("s", 1, {}),
          after: makeCapacity("s", 2, {}),
        },
      ],
      expected: true,
    },
    {
      plugin: "VolumeBinding",
      event: "less space",
      pod: withClaim,
      events: [
        {
          resource: "CSIStorageCapacity",
          action: "Update",
          before: makeCapacity("s", 2, {}),
          after: makeCapacity("s", 1, {}),
        },
      ],
      expected: false,
    },
    {
      plugin: "VolumeBinding",
      event: "a driver that it does not mount",
      pod: withClaim,
      events: [
        {
          resource: "CSIDriver",
          action: "Update",
          before: makeCSIDriver("d", true),
          after: makeCSIDriver("d", false),
        },
      ],
      expected: false,
    },
    {
      plugin: "VolumeBinding",
      event: "a new storage class",
      pod: withClaim,
      events: [{ resource: "StorageClass", action: "Add", after: makeStorageClass("s") }],
      expected: true,
    },
    {
      plugin: "VolumeZone",
      event: "a class that binds at once",
      pod: withClaim,
      events: [
        {
          resource: "StorageClass",
          action: "Add",
          after: makeStorageClass("s", { volumeBindingMode: "Immediate" }),
        },
      ],
      expected: false,
    },
    {
      plugin: "VolumeZone",
      event: "a volume changes its zone",
      pod: withClaim,
      events: [
        {
          resource: "PersistentVolume",
          action: "Update",
          before: makeVolume("v"),
          after: makeVolume("v", { labels: { [zone]: "a" } }),
        },
      ],
      expected: true,
    },
    {
      plugin: "VolumeZone",
      event: "a volume changes otherwise",
      pod: withClaim,
      events: [
        {
          resource: "PersistentVolume",
          action: "Update",
          before: makeVolume("v"),
          after: makeVolume("v", { labels: { a: "b" } }),
        },
      ],
      expected: false,
    },
    {
      plugin: "PodTopologySpread",
      event: "a pod that counts goes",
      pod: spread,
      events: gone(webPod),
      expected: true,
    },
    {
      plugin: "PodTopologySpread",
      event: "a pod that does not count goes",
      pod: spread,
      events: gone(asks(1, "q", "n")),
      expected: false,
    },
    {
      plugin: "PodTopologySpread",
      event: "a pod of another namespace goes",
      pod: spread,
      events: gone({ ...webPod, namespace: "other" }),
      expected: false,
    },
    {
      plugin: "PodTopologySpread",
      event: "a pod comes to count",
      pod: spread,
      events: became(asks(1, "q", "n"), { labels: web }),
      expected: true,
    },
    {
      plugin: "PodTopologySpread",
      event: "it tolerates more",
      pod: spread,
      events: became(spread, { spec: { ...spread.spec, tolerations: [toleration("x")] } }),
      expected: true,
    },
    {
      plugin: "PodTopologySpread",
      event: "a node with the key goes",
      pod: spread,
      events: nodeEvents({ before: makeNode("z", { zone: "a" }) }),
      expected: true,
    },
    {
      plugin: "PodTopologySpread",
      event: "a node without the key goes",
      pod: spread,
      events: nodeEvents({ before: node }),
      expected: false,
    },
    {
      plugin: "PodTopologySpread",
      event: "a node moves",
      pod: spread,
      events: nodeEvents({ before: makeNode("z", { zone: "a" }), after: makeNode("z", { zone: "b" }) }),
      expected: true,
    },
    {
      plugin: "InterPodAffinity",
      event: "a pod comes that it wants to be near",
      pod: near,
      events: came(webPod),
      expected: true,
    },
    {
      plugin: "InterPodAffinity",
      event: "a pod comes that it wants to be away from",
      pod: away,
      events: came(webPod),
      expected: false,
    },
    {
      plugin: "InterPodAffinity",
      event: "a pod goes that it wants to be away from",
      pod: away,
      events: gone(webPod),
      expected: true,
    },
    {
      plugin: "InterPodAffinity",
      event: "a pod goes that wanted to be away from it",
      pod: makePod("p", { labels: web }),
      events: gone({ ...away, uid: "q", nodeName: "n" }),
      expected: true,
    },
    {
      plugin: "InterPodAffinity",
      event: "a pod loses the label",
      pod: away,
      events: became(webPod, { labels: {} }),
      expected: true,
    },
    {
      plugin: "InterPodAffinity",
      event: "a pod gets the label",
      pod: near,
      events: became(asks(1, "q", "n"), { labels: web }),
      expected: true,
    },
    {
      plugin: "InterPodAffinity",
      event: "a node gets the key",
      pod: near,
      events: changed({ labels: { ...node.labels, [zone]: "a" } }),
      expected: true,
    },
    {
      plugin: "InterPodAffinity",
      event: "a node gets the key that it avoids",
      pod: away,
      events: changed({ labels: { ...node.labels, [zone]: "a" } }),
      expected: false,
    },
    { plugin: "InterPodAffinity", event: "a node comes", pod: away, events: added(), expected: true },
    {
      plugin: "SchedulingGates",
      event: "its gates are gone",
      pod: plain,
      events: became(makePod("p", { spec: { schedulingGates: ["g"] } }), { spec: plain.spec }),
      expected: true,
    },
  ])("$plugin: $event: $expected", ({ plugin, pod, events, expected }) => {
    expect(wakes(plugin, pod, events)).toBe(expected);
  });
});

describe("before hints any registered event wakes", () => {
  test.each([
    { minor: 31, plugin: "NodeResourcesFit", events: changed({ labels: {} }), expected: true },
    { minor: 31, plugin: "NodeResourcesFit", events: came(webPod), expected: false },
    { minor: 31, plugin: "InterPodAffinity", events: became(webPod, { labels: {} }), expected: true },
    { minor: 29, plugin: "VolumeZone", events: changed({ taints: [taint("x")] }), expected: false },
    { minor: 30, plugin: "VolumeZone", events: changed({ taints: [taint("x")] }), expected: true },
    { minor: 29, plugin: "NodeUnschedulable", events: changed({ labels: {} }), expected: false },
  ])("1.$minor, $plugin: $expected", ({ minor, plugin, events, expected }) => {
    expect(wakes(plugin, plain, events, minor)).toBe(expected);
  });
});
