import { describe, expect, test } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import type { DrainOptions } from "../../src/plan/plan.ts";
import type { Note } from "../../src/trace/event.ts";
import { inputCluster, inputs } from "../support/inputs.ts";
import { drainOf, type Rehearsed, rehearse } from "../support/rehearse.ts";

/**
 * Drains of single nodes of two real clusters, worked out from the snapshots by hand with a JSON query: pods of the
 * node by the filters of kubectl drain in their order (DaemonSet's, mirrors, finished, emptyDir, no controller), and
 * what the status of each budget allowed.
 */
interface Expected {
  readonly cluster: string;
  readonly node: string;
  /** All pods that the node has. */
  readonly pods: number;
  readonly daemonSetPods: number;
  readonly mirrors: number;
  /** Succeeded or Failed: no filter looks at them, they are evicted. */
  readonly finished: number;
  /** Unfinished, with an emptyDir: what is refused without --delete-emptydir-data. */
  readonly local: readonly string[];
  /** Unfinished, without a controller: what is refused without --force. */
  readonly bare: readonly string[];
  /** By budget: its pods on the node, and how many disruptions its status allowed. */
  readonly budgets: Readonly<Record<string, readonly [pods: number, allowed: number]>>;
}

const folder = "clusters/openshift-must-gather";

const table: readonly Expected[] = [
  {
    cluster: "ocp-aws",
    node: "ip-10-0-254-204.ec2.internal",
    pods: 27,
    daemonSetPods: 13,
    mirrors: 0,
    finished: 0,
    local: [
      "openshift-image-registry/image-registry-66646548f6-s5jvf",
      "openshift-monitoring/alertmanager-main-1",
      "openshift-monitoring/kube-state-metrics-58dc9447cc-cmh64",
      "openshift-monitoring/prometheus-adapter-64967bcc6d-9g7l8",
      "openshift-monitoring/prometheus-k8s-1",
    ],
    bare: [
      "openshift-marketplace/certified-operators-9zxmr",
      "openshift-marketplace/community-operators-f4xc6",
      "openshift-marketplace/redhat-marketplace-rl9bd",
      "openshift-marketplace/redhat-operators-k6wwt",
    ],
    budgets: {
      "openshift-image-registry/image-registry": [1, 1],
      "openshift-ingress/router-default": [1, 1],
      "openshift-monitoring/prometheus-adapter": [1, 1],
      "openshift-monitoring/thanos-querier-pdb": [1, 1],
    },
  },
  {
    cluster: "ocp-aws",
    node: "ip-10-0-151-183.ec2.internal",
    pods: 21,
    daemonSetPods: 13,
    mirrors: 0,
    finished: 0,
    local: [
      "openshift-image-registry/image-registry-66646548f6-jl2pp",
      "openshift-monitoring/alertmanager-main-0",
      "openshift-monitoring/alertmanager-main-2",
      "openshift-monitoring/grafana-656bf4cfc-g7568",
      "openshift-monitoring/prometheus-adapter-64967bcc6d-khxgn",
      "openshift-monitoring/prometheus-k8s-0",
    ],
    bare: [],
    budgets: {
      "openshift-image-registry/image-registry": [1, 1],
      "openshift-ingress/router-default": [1, 1],
      "openshift-monitoring/prometheus-adapter": [1, 1],
      "openshift-monitoring/thanos-querier-pdb": [1, 1],
    },
  },
  {
    cluster: "ocp-aws",
    node: "ip-10-0-195-177.ec2.internal",
    pods: 86,
    daemonSetPods: 16,
    mirrors: 4,
    finished: 20,
    local: [
      "openshift-cluster-csi-drivers/aws-ebs-csi-driver-controller-65665f9cf6-h7hrt",
      "openshift-insights/insights-operator-6946895465-pv2r7",
      "openshift-operator-lifecycle-manager/packageserver-884df6d4d-7wwlb",
    ],
    bare: [],
    // Both pods of each csi-snapshot budget are on this node, and one may go: the other is refused at first.
    budgets: {
      "openshift-cluster-csi-drivers/aws-ebs-csi-driver-controller-pdb": [1, 1],
      "openshift-cluster-storage-operator/csi-snapshot-controller-pdb": [2, 1],
      "openshift-cluster-storage-operator/csi-snapshot-webhook-pdb": [2, 1],
      "openshift-etcd/etcd-quorum-guard": [1, 1],
    },
  },
  {
    cluster: "ocp-azure",
    node: "ci-ln-k7vx6h2-002ac-w7gjh-worker-eastus21-gqtkz",
    pods: 24,
    daemonSetPods: 12,
    mirrors: 0,
    finished: 0,
    local: [
      "openshift-monitoring/alertmanager-main-0",
      "openshift-monitoring/kube-state-metrics-7485cb5695-c5jgv",
      "openshift-monitoring/prometheus-adapter-76867b766f-bpqdg",
    ],
    bare: [
      "openshift-marketplace/certified-operators-mj8cg",
      "openshift-marketplace/community-operators-cqf6k",
      "openshift-marketplace/redhat-marketplace-5nkzp",
      "openshift-marketplace/redhat-operators-8ssrc",
    ],
    budgets: {
      "openshift-ingress/router-default": [1, 1],
      "openshift-monitoring/prometheus-adapter": [1, 1],
      "openshift-monitoring/thanos-querier-pdb": [1, 1],
    },
  },
  {
    cluster: "ocp-azure",
    node: "ci-ln-k7vx6h2-002ac-w7gjh-worker-eastus22-vthrm",
    pods: 17,
    daemonSetPods: 12,
    mirrors: 0,
    finished: 0,
    local: [
      "openshift-image-registry/image-registry-6dc4cb66fc-lzgd6",
      "openshift-monitoring/alertmanager-main-2",
      "openshift-monitoring/prometheus-adapter-76867b766f-8jvp6",
      "openshift-monitoring/prometheus-k8s-1",
    ],
    bare: [],
    budgets: {
      "openshift-image-registry/image-registry": [1, 1],
      "openshift-ingress/router-default": [1, 1],
      "openshift-monitoring/prometheus-adapter": [1, 1],
    },
  },
  {
    cluster: "ocp-azure",
    node: "ci-ln-k7vx6h2-002ac-w7gjh-master-0",
    pods: 64,
    daemonSetPods: 15,
    mirrors: 5,
    finished: 21,
    local: ["openshift-operator-lifecycle-manager/packageserver-577b6f945f-hhbp5"],
    bare: [],
    budgets: {
      "openshift-cluster-storage-operator/csi-snapshot-controller-pdb": [1, 1],
      "openshift-cluster-storage-operator/csi-snapshot-webhook-pdb": [1, 1],
      "openshift-etcd/etcd-quorum-guard": [1, 1],
    },
  },
];

const cases = table.map((each): [string, Expected] => [`${each.cluster} ${each.node}`, each]);
const clusters = new Map<string, Cluster>();

function drain({ cluster: name, node }: Expected, flags: Partial<DrainOptions>): Rehearsed {
  let cluster = clusters.get(name);
  if (!cluster) clusters.set(name, (cluster = inputCluster(`${folder}/${name}.json`)));
  const all = { ignoreDaemonSets: true, deleteEmptyDirData: true, force: true };
  return rehearse(cluster, drainOf([node], { ...all, ...flags }));
}

/** What kubectl refuses, by its reason; undefined where it goes on. */
function refusalOf({ trace }: Rehearsed): Record<string, readonly string[]> | undefined {
  const notes = trace.events.flatMap((event): Note[] => (event.kind === "client.note" ? [event.note] : []));
  const failed = notes.find((note) => note.kind === "nodeFailed");
  if (failed?.kind !== "nodeFailed" || failed.problem.kind !== "refused") return undefined;
  const names = failed.problem.groups.map(({ message, pods }): [string, string[]] => [
    message,
    pods.map(({ namespace, name }) => `${namespace}/${name}`),
  ]);
  return Object.fromEntries(names);
}

/** Pods that were told to go by this drain, and refusals by budget before anything had been replaced. */
function evictionsOf({ trace }: Rehearsed) {
  const allowed = trace.events.filter(({ kind }) => kind === "eviction.allowed").length;
  const refused = new Map<string, number>();
  for (const event of trace.events)
    if (event.kind === "eviction.refused" && event.time < 5_000)
      refused.set(event.budgets[0]!, (refused.get(event.budgets[0]!) ?? 0) + 1);
  return { allowed, refused: Object.fromEntries(refused) };
}

const reason = {
  daemonSets: "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)",
  local: "Pods with local storage (use --delete-emptydir-data to override)",
  bare: "Pods that declare no controller (use --force to override)",
};

type Flags = Partial<Pick<DrainOptions, "ignoreDaemonSets" | "deleteEmptyDirData" | "force">>;

/** Each of the flags left out by itself, and all at once. */
const lacking: readonly Flags[] = [
  { ignoreDaemonSets: false },
  { deleteEmptyDirData: false },
  { force: false },
  { ignoreDaemonSets: false, deleteEmptyDirData: false, force: false },
];

describe.skipIf(inputs === undefined)("drains worked out by hand", () => {
  test.each(cases)("%s: all flags: everything but DaemonSets' pods and mirrors goes", (_, expected) => {
    const { pods, daemonSetPods, mirrors, budgets } = expected;
    const rehearsed = drain(expected, {});
    expect(refusalOf(rehearsed)).toBeUndefined();
    const { allowed, refused } = evictionsOf(rehearsed);
    expect(allowed).toBe(pods - daemonSetPods - mirrors);
    const over = Object.entries(budgets).filter(([, [count, may]]) => count > may);
    expect(refused).toEqual(Object.fromEntries(over.map(([key, [count, may]]) => [key, count - may])));
    const { initial } = rehearsed.trace.header;
    for (const [key, [, may]] of Object.entries(budgets)) expect(initial.budgets[key]!.allowed).toBe(may);
    expect(rehearsed.verdict.drains[0]!.outcome).toBe("drained");
  });

  test.each(
    cases.flatMap(([title, expected]) =>
      lacking.map((flags): [string, string, Expected, Flags] => [
        title,
        Object.keys(flags).join(" and "),
        expected,
        flags,
      ]),
    ),
  )("%s: without %s: refused for exactly what needs it, or nothing is", (_title, _flags, expected, flags) => {
    const rehearsed = drain(expected, flags);
    const { [reason.daemonSets]: daemonSets = [], ...others } = refusalOf(rehearsed) ?? {};
    const { pods, daemonSetPods, mirrors, local, bare } = expected;
    expect(daemonSets).toHaveLength(flags.ignoreDaemonSets === false ? daemonSetPods : 0);
    expect(others).toEqual({
      ...(flags.deleteEmptyDirData === false && local.length > 0 ? { [reason.local]: local } : {}),
      ...(flags.force === false && bare.length > 0 ? { [reason.bare]: bare } : {}),
    });
    const isRefused = daemonSets.length + Object.keys(others).length > 0;
    expect(evictionsOf(rehearsed).allowed).toBe(isRefused ? 0 : pods - daemonSetPods - mirrors);
  });
});
