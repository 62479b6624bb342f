import type { ActionOf, Command, Fact } from "../exec/protocol.ts";
import { apiPath } from "../facts/api-resources.ts";
import { isNodeReady } from "../model/node.ts";
import type { OutsideCondition } from "../plan/outside.ts";
import type { GateCondition } from "../plan/plan.ts";
import type { RolloutNote } from "../trace/event.ts";
import type { Api } from "./api.ts";
import { nodePath, resource } from "./node-intents.ts";
import type { LookOutside } from "./outside-checks.ts";
import { parsedObjects } from "./parsed.ts";
import { podPath } from "./pod-intents.ts";
import { errorOf, isSuccess, numberIn, type RawObject, rawObject } from "./raw.ts";
import { pathOf } from "./workload-intents.ts";

/** What a run waits for: it looks again and again, as kubectl does, so that a lost connection loses nothing. */

/** How often conditions and rollouts are looked at. */
const lookMillis = 1_000;

/** A pod that is not found, or another one under its name, is gone. Source: kubectl pkg/drain/drain.go, waitForDelete. */
export async function podGone(
  api: Api,
  { pod, pollMillis, orFinished }: ActionOf<"awaitPodGone">,
): Promise<Fact> {
  for (;;) {
    const answer = await api.read(podPath(pod));
    if (answer.code === 404) return { kind: "done", changed: true };
    if (!isSuccess(answer)) return { kind: "error", error: errorOf(answer) };
    const { metadata, status } = rawObject(answer.body);
    const isOver =
      orFinished === true && (status?.["phase"] === "Succeeded" || status?.["phase"] === "Failed");
    if (metadata?.uid !== pod.uid || isOver) return { kind: "done", changed: true };
    await api.pause(pollMillis);
  }
}

export interface GateWorld {
  readonly api: Api;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** UIDs of the pods that were Pending before the plan began: a plan is not asked to mend those. */
  readonly pendingBefore: ReadonlySet<string>;
  readonly lookOutside: LookOutside;
}

/** How often others are asked than the API server. */
const outsideMillis = 5_000;

/**
 * Answers once all conditions have held for as long as is asked, at every look; undefined where `signal` says that the
 * answer is not waited for any more.
 */
export async function conditionsHold(
  world: GateWorld,
  { id, action }: Command & { readonly action: ActionOf<"await"> },
  signal: AbortSignal,
): Promise<Fact | undefined> {
  const asksOthers = action.until.some(isOutside);
  let since: number | undefined;
  while (!signal.aborted) {
    const looks = await Promise.all(
      action.until.map((condition) =>
        isOutside(condition)
          ? world.lookOutside(condition, { id, action }, signal)
          : holdsNow(world.api, condition, action.node, world.pendingBefore),
      ),
    );
    if (signal.aborted) break;
    const failure = looks.find((look) => typeof look === "object" && look.failure !== undefined);
    if (typeof failure === "object")
      return { kind: "error", error: { code: 500, reason: "", message: failure.failure ?? "", causes: [] } };
    const now = world.now();
    if (!looks.every((look) => (typeof look === "object" ? look.holds : look))) since = undefined;
    else {
      since ??= now;
      if (now - since >= action.forMillis) return { kind: "done", changed: true };
    }
    await world.api.pause(asksOthers ? outsideMillis : lookMillis);
  }
  return undefined;
}

function isOutside(condition: GateCondition): condition is OutsideCondition {
  return condition.kind === "command" || condition.kind === "prometheus";
}

async function holdsNow(
  api: Api,
  condition: Exclude<GateCondition, OutsideCondition>,
  node: string,
  pendingBefore: ReadonlySet<string>,
): Promise<boolean> {
  switch (condition.kind) {
    case "nodeReady":
      return (await nodesAt(api, nodePath(node))).every(isNodeReady);
    case "noPendingPods": {
      const pods = await api.list(apiPath(resource("Pod")), { fieldSelector: "status.phase=Pending" });
      return "length" in pods && pods.every(({ metadata }) => pendingBefore.has(metadata?.uid ?? ""));
    }
    case "nodesAt": {
      const raw = await api.list(apiPath(resource("Node")));
      return "length" in raw && raw.every(({ status }) => kubeletVersion(status) === condition.version);
    }
    case "controlPlaneHealthy":
      return (await isReady(api, "/readyz")) && (await staticPodsReady(api));
    case "etcdHealthy":
      return isReady(api, "/readyz/etcd");
    case "workloadReady":
      return workloadReady(api, condition.workload);
  }
}

async function nodesAt(api: Api, path: string) {
  const answer = await api.read(path);
  const objects = isSuccess(answer) ? [rawObject(answer.body)] : [];
  const parsed = parsedObjects({ apiVersion: "v1", kind: "Node", objects });
  return "error" in parsed || parsed.objects.Node.length === 0 ? [notThere] : parsed.objects.Node;
}

/** A node that is not there is not Ready. */
const notThere = { conditions: [] } as unknown as Parameters<typeof isNodeReady>[0];

export function kubeletVersion(status: RawObject["status"]): unknown {
  return (status?.["nodeInfo"] as { readonly kubeletVersion?: unknown } | undefined)?.kubeletVersion;
}

async function isReady(api: Api, path: string): Promise<boolean> {
  return isSuccess(await api.read(path));
}

/** The control plane's own pods, as kubeadm labels them; where there are none, the API server's word has to do. */
async function staticPodsReady(api: Api): Promise<boolean> {
  const path = apiPath(resource("Pod"), { namespace: "kube-system" });
  const pods = await api.list(path, { labelSelector: "tier=control-plane" });
  return "length" in pods && pods.every(({ status }) => readyCondition(status) === "True");
}

function readyCondition(status: RawObject["status"]): string | undefined {
  const conditions = (status?.["conditions"] ?? []) as readonly {
    readonly type: string;
    readonly status: string;
  }[];
  return conditions.find(({ type }) => type === "Ready")?.status;
}

/** All wanted pods are there, of the newest template, and Ready. */
async function workloadReady(api: Api, ref: string): Promise<boolean> {
  const path = pathOf(ref);
  const answer = path === undefined ? undefined : await api.read(path);
  if (!answer || !isSuccess(answer)) return false;
  const object = rawObject(answer.body);
  const state = rolloutState(object);
  if (state)
    return (
      state.isObserved &&
      state.updated >= state.replicas &&
      state.ready >= state.replicas &&
      state.total === state.updated
    );
  return numberIn(object.status, "readyReplicas") >= numberIn(object.spec, "replicas");
}

/** What `kubectl rollout status` reads of a workload; undefined for what has no rollouts. */
export function rolloutState({ kind, metadata, spec, status }: RawObject): RolloutNote | undefined {
  if (kind !== "Deployment" && kind !== "StatefulSet" && kind !== "DaemonSet") return undefined;
  const isDaemon = kind === "DaemonSet";
  const { type = "RollingUpdate", rollingUpdate } = (spec?.["updateStrategy"] ?? {}) as {
    readonly type?: string;
    readonly rollingUpdate?: { readonly partition?: number };
  };
  const conditions = (status?.["conditions"] ?? []) as readonly {
    readonly type: string;
    readonly reason?: string;
  }[];
  const replicas = spec?.["replicas"];
  return {
    kind,
    name: metadata?.name ?? "",
    isObserved: numberIn(status, "observedGeneration") >= (metadata?.generation ?? 0),
    isRolling: kind === "Deployment" || type === "RollingUpdate",
    isStuck: conditions.some(
      (each) => each.type === "Progressing" && each.reason === "ProgressDeadlineExceeded",
    ),
    replicas: isDaemon
      ? numberIn(status, "desiredNumberScheduled")
      : typeof replicas === "number"
        ? replicas
        : 1,
    total: numberIn(status, isDaemon ? "currentNumberScheduled" : "replicas"),
    updated: numberIn(status, isDaemon ? "updatedNumberScheduled" : "updatedReplicas"),
    ready: numberIn(status, isDaemon ? "numberReady" : "readyReplicas"),
    available: numberIn(status, isDaemon ? "numberAvailable" : "availableReplicas"),
    partition: rollingUpdate?.partition ?? 0,
  };
}

/** Tells each state of a rollout that it sees, for as long as somebody listens. */
export async function followRollout(
  api: Api,
  { workload }: ActionOf<"watchRollout">,
  tell: (fact: Fact) => "more" | "enough",
): Promise<void> {
  const path = pathOf(workload);
  let last = "";
  for (;;) {
    const answer = path === undefined ? undefined : await api.read(path);
    const state = answer && isSuccess(answer) ? rolloutState(rawObject(answer.body)) : undefined;
    if (!state) {
      const message = `no rollout of ${workload}`;
      tell({ kind: "error", error: { code: 400, reason: "", message, causes: [] } });
      return;
    }
    const text = JSON.stringify(state);
    if (text !== last && tell({ kind: "rollout", state }) === "enough") return;
    last = text;
    await api.pause(lookMillis);
  }
}
