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
import { deployment } from "../support/objects.ts";
import { kubeadmCluster as managedByKubeadm } from "../support/kubeadm.ts";
import { planOf, rehearse, snapshot } from "../support/rehearse.ts";

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
    // From an older etcd the way to 3.6 is warned of: rule etcd-too-old.
    kubeadmCluster(3, { etcd: "3.5.26-0" }),
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

describe("what kubeadm refuses, and what is not there", () => {
  const failing = (steps: string, members = 1) => {
    const { trace } = rehearse(kubeadmCluster(members), planOf(hopSteps(steps)));
    return ofKind(trace, "step.ended").map(({ reason }) => reason);
  };

  test.each([
    [
      "- upgradeControlPlane: { nodes: [cp-1], to: v1.35.2 }",
      "cp-1: kubeadm refuses v1.35.2: this is v1.33.4, and it skips no minor",
    ],
    [
      "- upgradeControlPlane: { nodes: [cp-1], to: v1.33.2 }",
      "cp-1: kubeadm refuses v1.33.2: this is v1.33.4, which is newer",
    ],
    ["- upgradeControlPlane: { nodes: [node-1] }", "node-1: it is no control-plane node"],
    ["- upgradeKubelet: { nodes: [cp-9] }", "there is no node cp-9"],
  ])("%s", (steps, reason) => {
    expect(failing(steps)).toEqual([reason]);
  });

  test("a time-out ends the step, and what kubeadm does goes on", () => {
    const steps = hopSteps("- upgradeControlPlane: { nodes: [cp-1], duration: 4m, timeout: 3m }");
    const { trace } = rehearse(kubeadmCluster(1), planOf(steps));
    expect(ofKind(trace, "step.ended")).toMatchObject([
      { outcome: "failed", reason: "timed out after 3m00s" },
    ]);
    expect(ofKind(trace, "component.upgraded")).toHaveLength(4);
  });

  test("a retry joins what is under way already", () => {
    const steps = hopSteps(
      "- upgradeControlPlane: { nodes: [cp-1], duration: 4m, timeout: 3m, onFailure: { retry: { times: 2 } } }",
    );
    const { trace } = rehearse(kubeadmCluster(1), planOf(steps));
    expect(ofKind(trace, "upgrade.started")).toHaveLength(1);
    expect(ofKind(trace, "step.ended").map(({ outcome }) => outcome)).toEqual(["done"]);
  });

  test("what has its version already is left alone", () => {
    const steps = hopSteps(
      "- upgradeControlPlane: { nodes: [cp-1], to: v1.33.4 }\n- upgradeKubelet: { nodes: [cp-1], to: v1.33.4 }",
    );
    const { trace } = rehearse(kubeadmCluster(1), planOf(steps));
    expect(ofKind(trace, "component.down")).toEqual([]);
    expect(ofKind(trace, "step.ended").map(({ outcome }) => outcome)).toEqual(["done", "done"]);
  });

  test("a patch that brings the same etcd restarts three static pods", () => {
    const cluster = kubeadmCluster(1, { etcd: "3.6.5-0" });
    const { trace } = rehearse(cluster, planOf(hopSteps("- upgradeControlPlane: { nodes: [cp-1] }")));
    expect(ofKind(trace, "component.upgraded").map(({ component }) => component)).toEqual([
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
    ]);
    expect(apiOutages(trace).map(({ from, to, what }) => [seconds(to - from), what])).toEqual([
      [60, "no-server"],
    ]);
  });

  test("etcd elsewhere does not restart with the control plane, and can be backed up", () => {
    const cluster = kubeadmCluster(1, { without: ["etcd"] });
    const steps =
      "- backupEtcd: {}\n- upgradeControlPlane: { nodes: [cp-1] }\n- gate: { until: [etcdHealthy] }";
    const { trace } = rehearse(cluster, planOf(hopSteps(steps)));
    expect(ofKind(trace, "component.upgraded").map(({ component }) => component)).not.toContain("etcd");
    expect(ofKind(trace, "etcd.members")).toEqual([]);
    expect(trace.events.at(-1)).toMatchObject({ outcome: "finished" });
  });

  test("no pod shows a version: the cluster's is assumed, and said", () => {
    const without = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
    const steps = hopSteps("- upgradeControlPlane: { nodes: [cp-1] }");
    const { trace, verdict } = rehearse(kubeadmCluster(1, { without }), planOf(steps));
    expect(ofKind(trace, "component.upgraded").map(({ component, from }) => [component, from])).toEqual([
      ["etcd", "v3.5.21"],
      ["kube-apiserver", "v1.33.4"],
      ["kube-controller-manager", "v1.33.4"],
      ["kube-scheduler", "v1.33.4"],
    ]);
    expect(verdict.unknown.join("\n")).toMatch(
      /versions of etcd, kube-apiserver, .* on cp-1: no pod in the input/,
    );
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

describe("add-ons", () => {
  const image = (name: string, tag: string) => ({
    spec: { containers: [{ name, image: `registry.k8s.io/${name}:${tag}` }] },
  });
  const dns = deployment("kube-system/coredns", ["node-1", "node-2"], {
    ...image("coredns", "v1.12.0"),
    labels: { "k8s-app": "kube-dns" },
  });

  test("CoreDNS gets the version of the target, and the step waits for its rollout", () => {
    const steps = hopSteps("- upgradeAddon: { addon: coredns }");
    const { trace } = rehearse(kubeadmCluster(1, { more: dns }), planOf(steps));
    expect(ofKind(trace, "component.upgraded")).toMatchObject([
      { component: "CoreDNS", node: "", from: "v1.12.0", to: "v1.12.1" },
    ]);
    expect(ofKind(trace, "pod.created")).toHaveLength(2);
    const [end] = ofKind(trace, "step.ended");
    expect(end!.outcome).toBe("done");
    expect(end!.time).toBeGreaterThan(Math.max(...ofKind(trace, "pod.ready").map(({ time }) => time)));
  });

  test("kube-proxy is replaced node by node, and each node's version is known from then on", () => {
    const cluster = snapshot(
      managedByKubeadm({
        controlPlanes: 1,
        workers: 2,
        version: "v1.33.4",
        etcd: "3.5.21-0",
        coredns: "1.12.0",
      }),
    );
    const { trace, sim } = rehearse(cluster, planOf(hopSteps("- upgradeAddon: { addon: kube-proxy }")));
    const upgraded = ofKind(trace, "component.upgraded");
    expect(upgraded.map(({ component, from, to }) => [component, from, to])).toEqual(
      Array.from({ length: 3 }, () => ["kube-proxy", "v1.33.4", hop.to]),
    );
    expect(new Set(upgraded.map(({ node }) => node))).toEqual(new Set(["cp-1", "node-1", "node-2"]));
    expect(sim.controlPlane.version("kube-proxy", "node-2")).toBe(hop.to);
    expect(ofKind(trace, "step.ended")).toMatchObject([{ outcome: "done" }]);
  });

  test("an add-on that the cluster does not have is left alone", () => {
    const { trace } = rehearse(kubeadmCluster(1), planOf(hopSteps("- upgradeAddon: { addon: kube-proxy }")));
    expect(ofKind(trace, "step.ended")).toMatchObject([{ outcome: "done" }]);
    expect(ofKind(trace, "component.upgraded")).toEqual([]);
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

describe("kubeadm and kubelets that are older than it takes", () => {
  const at = (kubelets: string, version: string) =>
    snapshot(
      managedByKubeadm({
        controlPlanes: 1,
        workers: 2,
        version,
        kubelets,
        etcd: "3.5.9-0",
        coredns: "1.10.1",
      }),
    );
  const to = (version: string) =>
    planOf(hopSteps(`- upgradeControlPlane: { nodes: [cp-1], to: ${version} }`));
  const failed = (kubelets: string, version: string, target: string) =>
    ofKind(rehearse(at(kubelets, version), to(target)).trace, "step.ended").flatMap((each) =>
      each.outcome === "failed" ? [each.reason] : [],
    );

  test("up to 1.28 one minor, from 1.29 on three", () => {
    expect(failed("v1.26.15", "v1.27.16", "v1.28.15")).toEqual([
      expect.stringContaining(
        "kubeadm refuses v1.28.15: kubelet v1.26.15 is on node-1 and 1 more, and it takes those of 1.27 and later",
      ),
    ]);
    expect(failed("v1.27.16", "v1.27.16", "v1.28.15")).toEqual([]);
    expect(failed("v1.26.15", "v1.28.15", "v1.29.15")).toEqual([]);
    expect(failed("v1.25.16", "v1.28.15", "v1.29.15")).toHaveLength(1);
  });
});
