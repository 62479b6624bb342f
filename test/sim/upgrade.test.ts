import { describe, expect, test } from "vitest";
import { fixed, noAssumptions } from "../../src/plan/assumptions.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { eventWords, namesIn } from "../../src/report/event-words.ts";
import { apiOutages, leaderless } from "../../src/trace/control-plane.ts";
import type { EventKind, EventOf } from "../../src/trace/event.ts";
import { Replay } from "../../src/trace/replay.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { encodeTrace } from "../../src/trace/codec.ts";
import { stepBehind } from "../../src/trace/why.ts";
import { hop, hopSteps, kubeadmCluster, wholeHop } from "../support/kubeadm-clusters.ts";
import { planOf, rehearse } from "../support/rehearse.ts";

/** One minor of a kubeadm cluster: what restarts when, which versions there are meanwhile, and who answers. */

function ofKind<K extends EventKind>({ events }: Trace, kind: K): EventOf<K>[] {
  return events.filter((event): event is EventOf<K> => event.kind === kind);
}

const hopPlan = (rest: Partial<Plan> = {}) => planOf(hopSteps(wholeHop), rest);
const seconds = (millis: number) => Math.round(millis / 1_000);

describe("a cluster with one control-plane node", () => {
  const { trace, verdict } = rehearse(kubeadmCluster(1), hopPlan());

  test("its static pods restart in kubeadm's order, and get the versions that kubeadm brings", () => {
    const upgraded = ofKind(trace, "component.upgraded").filter(({ component }) => component !== "kubelet");
    expect(upgraded.map(({ component, node, from, to }) => [component, node, from, to])).toEqual([
      ["etcd", "cp-1", hop.etcdFrom, hop.etcdTo],
      ["kube-apiserver", "cp-1", hop.from, hop.to],
      ["kube-controller-manager", "cp-1", hop.from, hop.to],
      ["kube-scheduler", "cp-1", hop.from, hop.to],
    ]);
    // 4m: a quarter before anything restarts, then four times 45 s.
    const [started] = ofKind(trace, "upgrade.started");
    expect(upgraded.map(({ time }) => seconds(time - started!.time))).toEqual([105, 150, 195, 240]);
  });

  test("the API is away while etcd and the API server restart, in one piece", () => {
    const outages = apiOutages(trace);
    expect(outages.map(({ from, to, what }) => [seconds(to - from), what])).toEqual([[90, "no-quorum"]]);
    expect(ofKind(trace, "etcd.members").map(({ healthy, members }) => [healthy, members])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(leaderless(trace).map(({ what, from, to }) => [what, seconds(to - from)])).toEqual([
      ["kube-controller-manager", 45],
      ["kube-scheduler", 45],
    ]);
  });

  test("each event of it goes back to the step that asked for it", () => {
    trace.events.forEach((event, number) => {
      if (!/^(component|api|etcd|leader)\./.test(event.kind)) return;
      const step = stepBehind(trace, number)?.event;
      expect(step?.kind === "step.started" ? step.what : "").toMatch(
        /^(upgrade (control plane|kubelet)|back up)/,
      );
    });
  });

  test("kubelets have the new version, node by node, and each is not Ready for some seconds", () => {
    const kubelets = ofKind(trace, "component.upgraded").filter(({ component }) => component === "kubelet");
    expect(kubelets.map(({ node }) => node)).toEqual(["cp-1", "node-1", "node-2"]);
    const started = ofKind(trace, "upgrade.started").filter(({ what }) => what === "kubelet");
    expect(kubelets.map(({ time }, index) => seconds(time - started[index]!.time))).toEqual([90, 120, 120]);
    const away = ofKind(trace, "node.ready").filter(({ node }) => node === "node-1");
    expect(away.map(({ status }) => status)).toEqual(["False", "True"]);
    expect(away[1]!.time - away[0]!.time).toBe(5_000);
  });

  test("the plan ends, its assumptions are told, and the service stays up", () => {
    expect(trace.events.at(-1)).toMatchObject({ kind: "run.ended", outcome: "finished" });
    expect(verdict.word).toBe("FINISHES");
    expect(
      verdict.assumptions
        .filter(({ what }) => /upgrade|backup/.test(what))
        .map(({ what, millis }) => [what, millis]),
    ).toEqual([
      ["etcd backup", 40_000],
      ["control plane upgrade", 240_000],
      ["kubelet upgrade, control plane", 90_000],
      ["kubelet upgrade", 120_000],
    ]);
  });

  test("the world at each moment knows the versions and whether the API answers", () => {
    const replay = new Replay(trace);
    const at = (kind: EventKind) => trace.events.findIndex((event) => event.kind === kind);
    const before = replay.after(0);
    expect(before.versions.get("etcd cp-1")).toBe(hop.etcdFrom);
    expect(before.isApiUp).toBe(true);
    const down = replay.after(at("api.down") + 1);
    expect([down.isApiUp, down.etcd]).toEqual([false, { members: 1, healthy: 0 }]);
    const end = replay.after(trace.events.length);
    expect([end.isApiUp, end.versions.get("etcd cp-1"), end.versions.get("kubelet node-2")]).toEqual([
      true,
      hop.etcdTo,
      hop.to,
    ]);
  });

  test("in words", () => {
    const names = namesIn(trace);
    const words = trace.events
      .filter(({ kind }) => /^(api|etcd|leader|upgrade|component)\./.test(kind))
      .map((event) => eventWords(event, names));
    expect(words.slice(0, 9)).toEqual([
      "etcd is backed up",
      "cp-1: kubeadm upgrade apply, to v1.34.11",
      "etcd on cp-1 stops, to start anew",
      "etcd: 0 of 1 healthy, 1 needed",
      "the API is away: etcd has no majority",
      "etcd on cp-1 is v3.6.5, and was v3.5.21",
      "kube-apiserver on cp-1 stops, to start anew",
      "etcd: 1 of 1 healthy, 1 needed",
      "kube-apiserver on cp-1 is v1.34.11, and was v1.33.4",
    ]);
  });

  test("the same inputs give the same bytes", () => {
    const again = rehearse(kubeadmCluster(1), hopPlan());
    expect([...encodeTrace(again.trace)]).toEqual([...encodeTrace(trace)]);
  });
});

describe("a cluster with three control-plane nodes", () => {
  const { trace, verdict } = rehearse(
    kubeadmCluster(3),
    hopPlan({ assertions: [{ name: "quorum", kind: "etcdQuorum" }] }),
  );

  test("the first node is an apply, the others a node upgrade; one at a time", () => {
    const started = ofKind(trace, "upgrade.started").filter(({ what }) => what !== "kubelet");
    expect(started.map(({ node, what }) => `${node} ${what}`)).toEqual([
      "cp-1 apply",
      "cp-2 node",
      "cp-3 node",
    ]);
  });

  test("etcd keeps 2 of 3 at each restart, and the API answers all the time", () => {
    expect(ofKind(trace, "etcd.members").map(({ healthy }) => healthy)).toEqual([2, 3, 2, 3, 2, 3]);
    expect(apiOutages(trace)).toEqual([]);
    // The etcd that kubeadm 1.33 brings is older than etcd asks for before 3.6; nothing else is found.
    const found = verdict.findings.filter(({ severity }) => severity !== "info");
    expect(found.map(({ rule }) => rule)).toEqual(["etcd-too-old"]);
  });

  test("a leader that restarts is followed by another after its lease", () => {
    const idle = leaderless(trace);
    expect(idle.length).toBeGreaterThanOrEqual(2);
    expect(new Set(idle.map(({ from, to }) => to - from))).toEqual(new Set([17_000]));
  });

  test("the gate after each node waits until all of it is healthy", () => {
    const gates = ofKind(trace, "step.ended").filter(({ step }) => step.endsWith("/4"));
    expect(gates.map(({ outcome }) => outcome)).toEqual(["done", "done", "done"]);
  });
});

describe("while the API is away", () => {
  const away = (rest: string) =>
    hopSteps(`- parallel:\n    name: both\n    steps:\n${rest.replace(/^/gm, "      ")}`);

  test("controllers stand still: a pod that was deleted before is replaced when they are back", () => {
    const steps = away(
      "- upgradeControlPlane: { nodes: [cp-1], duration: 4m }\n- sequence:\n    steps:\n      - wait: { duration: 59968ms }\n      - drain: { nodes: [node-1], ignoreDaemonSets: true }",
    );
    const { trace } = rehearse(kubeadmCluster(1), planOf(steps, { onFailure: { kind: "continue" } }));
    const [down] = ofKind(trace, "api.down");
    const [up] = ofKind(trace, "api.up");
    const inside = trace.events.filter(
      ({ time, kind }) =>
        time > down!.time && time < up!.time && /^(pod|service|workload|budget)\./.test(kind),
    );
    expect(inside).toEqual([]);
    expect(trace.events.at(-1)).toMatchObject({ kind: "run.ended", outcome: "finished" });
    const [created] = ofKind(trace, "pod.created");
    const kcm = ofKind(trace, "leader.elected").find(
      ({ component }) => component === "kube-controller-manager",
    );
    expect(created!.time).toBeGreaterThanOrEqual(kcm!.time);
    const [scheduled] = ofKind(trace, "pod.scheduled");
    const scheduler = ofKind(trace, "leader.elected").find(({ component }) => component === "kube-scheduler");
    expect(scheduled!.time).toBeGreaterThanOrEqual(scheduler!.time);
  });

  test("a reboot of the only control-plane node takes it away too", () => {
    const steps = hopSteps("- reboot: { nodes: [cp-1], duration: 3m }\n- cordon: { nodes: [node-1] }");
    const { trace } = rehearse(kubeadmCluster(1), planOf(steps));
    expect(apiOutages(trace).map(({ from, to, what }) => [seconds(to - from), what])).toEqual([
      [180, "no-server"],
    ]);
    expect(trace.events.at(-1)).toMatchObject({ outcome: "finished" });
  });

  test("one that never comes back blocks the plan, and ends the rehearsal", () => {
    const steps = hopSteps(
      "- reboot: { nodes: [cp-1], duration: never, timeout: 5m, onFailure: continue }\n- cordon: { nodes: [node-1] }",
    );
    const { trace } = rehearse(kubeadmCluster(1), planOf(steps));
    expect(ofKind(trace, "step.ended").map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
    expect(apiOutages(trace)[0]!.ended).toBeUndefined();
  });
});

describe("gates", () => {
  test("nodesAt waits in vain for a node that was left out", () => {
    const steps = hopSteps(
      "- upgradeKubelet: { nodes: [node-1], to: v1.33.9 }\n- gate: { until: [{ nodesAt: v1.33.9 }], timeout: 2m }",
    );
    const { trace, verdict } = rehearse(kubeadmCluster(1), planOf(steps));
    expect(ofKind(trace, "step.ended").map(({ outcome }) => outcome)).toEqual(["done", "failed"]);
    const said = verdict.findings.flatMap(({ details }) => details).join("\n");
    expect(said).toContain("nodesAt: cp-1 and node-2 not at v1.33.9.");
  });

  test("controlPlaneHealthy and etcdHealthy do not hold while a component restarts", () => {
    const steps = hopSteps(
      "- parallel:\n    steps:\n      - upgradeControlPlane: { nodes: [cp-1], duration: 4m }\n      - sequence:\n          steps:\n            - wait: { duration: 70s }\n            - gate: { name: etcd, until: [etcdHealthy] }\n            - gate: { name: all, until: [controlPlaneHealthy] }",
    );
    const { trace } = rehearse(kubeadmCluster(3), planOf(steps));
    const ended = (step: string) => ofKind(trace, "step.ended").find((event) => event.step === step)!.time;
    expect(seconds(ended("plan/0/1/1"))).toBe(105);
    expect(seconds(ended("plan/0/1/2"))).toBe(240);
  });
});

test("durations: the step's word, else the plan's, else the default", () => {
  const assumptions = { ...noAssumptions, upgrade: { kubelet: fixed(30_000), controlPlane: fixed(60_000) } };
  const steps = hopSteps(
    "- upgradeControlPlane: { nodes: [cp-1] }\n- upgradeKubelet: { nodes: [cp-1] }\n- upgradeKubelet: { nodes: [node-1], duration: 10s }",
  );
  const { trace } = rehearse(kubeadmCluster(1), planOf(steps, { assumptions }));
  const started = ofKind(trace, "upgrade.started").map(({ time }) => time);
  const ended = ofKind(trace, "step.ended").map(({ time }) => time);
  expect(ended.map((time, index) => seconds(time - started[index]!))).toEqual([60, 30, 10]);
});
