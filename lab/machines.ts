import type { Api } from "../src/adapter/api.ts";
import type { Attendant } from "../src/adapter/run.ts";
import { nodeLifecycleFacts } from "../src/facts/node-lifecycle.ts";
import type { Fact } from "../src/exec/protocol.ts";
import { quantile } from "../src/lib/statistics.ts";
import type { Duration } from "../src/plan/assumptions.ts";
import { stepPlaces } from "../src/plan/places.ts";
import type { Plan, StepKind } from "../src/plan/plan.ts";
import { LabProblem } from "./problem.ts";

/** From when on a silent node is not Ready any more. */
const noticedMillis = nodeLifecycleFacts.gracePeriodMillis(Infinity);

/** Whether the lab can do it: it has no machines to join or upgrade, and one control plane of its own that stays what it is. */
const isAble: Readonly<Record<StepKind, boolean>> = {
  cordon: true,
  uncordon: true,
  taint: true,
  label: true,
  drain: true,
  reboot: true,
  deleteNode: true,
  joinNode: false,
  removeEtcdMember: false,
  upgradeControlPlane: false,
  upgradeManagedControlPlane: false,
  upgradeKubelet: false,
  upgradeAddon: false,
  renewCertificates: false,
  backupEtcd: false,
  restoreEtcd: false,
  scale: true,
  patch: true,
  restartWorkload: true,
  wait: true,
  gate: true,
  approve: true,
  hook: true,
  parallel: true,
  sequence: true,
  rollout: true,
};

/** What the lab cannot carry out of a plan, by the kinds of its steps. */
export function unableKinds(plan: Plan): readonly StepKind[] {
  const kinds = new Set(stepPlaces(plan).map(({ step }) => step.kind));
  return [...kinds].filter((kind) => !isAble[kind]);
}

/** Does what no API server does: waits, and takes the lab's machines away and brings them back. */
export function labAttendant(api: Api): Attendant {
  const pause = (duration: Duration) => pauseFor(api, duration);
  const reboot = async (node: string, duration: Duration): Promise<Fact> => {
    // Nobody notices a machine that is back so soon; KWOK would take ten seconds to come back to it.
    if (durationMillis(duration) < noticedMillis) {
      await pause(duration);
      return { kind: "done", changed: true };
    }
    await holdLease(api, node, { holderIdentity: "nobody", leaseDurationSeconds: 86_400 });
    await pause(duration);
    await holdLease(api, node, { leaseDurationSeconds: 1 });
    return { kind: "done", changed: true };
  };
  return {
    runsProcess: () => false,
    async attend({ command: { action } }): Promise<Fact> {
      switch (action.kind) {
        case "sleep":
        case "approve":
          await pause(action.duration);
          return { kind: "reached" };
        case "reboot":
          return reboot(action.node, action.duration);
        case "hook":
          if (action.effect === "reboot") return reboot(action.node, action.duration);
          await pause(action.duration);
          return { kind: "done", changed: true };
        default:
          throw new LabProblem(`the lab cannot carry out ${action.kind}`);
      }
    },
  };
}

/** Waits for as long as the plan takes something to last; `never` ends with the run. */
export async function pauseFor(api: Api, duration: Duration): Promise<void> {
  const millis = durationMillis(duration);
  if (millis === Infinity) return new Promise<never>(() => undefined);
  await api.pause(millis);
}

/** KWOK leaves a node alone, and its pods, while somebody else holds its lease: so its machine is off. */
async function holdLease(api: Api, node: string, spec: Readonly<Record<string, unknown>>): Promise<void> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${node}`;
  await api.once({ method: "PATCH", path, body: { spec } });
}

function durationMillis(duration: Duration): number {
  if (duration.kind === "never") return Infinity;
  return duration.kind === "fixed" ? duration.millis : quantile(duration.table, 0.5);
}
