import { fc, test as property } from "@fast-check/vitest";
import { expect } from "vitest";
import { controlPlaneOf, staticComponents } from "../../src/model/control-plane.ts";
import { fixed } from "../../src/plan/assumptions.ts";
import type { Step } from "../../src/plan/plan.ts";
import { encodeTrace } from "../../src/trace/codec.ts";
import { quorumOf } from "../../src/trace/control-plane.ts";
import { Replay } from "../../src/trace/replay.ts";
import { hop, kubeadmCluster } from "../support/kubeadm-clusters.ts";
import { planOf, rehearse } from "../support/rehearse.ts";
import { numRuns } from "../support/runs.ts";

/** Whatever is upgraded, rebooted and drained at the same time: what a trace says of the control plane holds. */

interface Drawn {
  readonly members: number;
  readonly steps: readonly Step[];
}

const minutes = fc.integer({ min: 1, max: 9 }).map((count) => fixed(count * 60_000));
const onNode = (members: number) =>
  fc
    .constantFrom(...Array.from({ length: members }, (_, index) => `cp-${index + 1}`), "node-1", "node-2")
    .map((name) => ({ kind: "names", names: [name] }) as const);

const step = (members: number): fc.Arbitrary<Step> =>
  fc.oneof(
    fc
      .record({ nodes: onNode(members), duration: minutes })
      .map((body): Step => ({ kind: "upgradeControlPlane", name: "a", to: hop.to, ...body })),
    fc
      .record({ nodes: onNode(members), duration: minutes })
      .map((body): Step => ({ kind: "upgradeKubelet", name: "b", to: hop.to, ...body })),
    fc
      .record({ nodes: onNode(members), duration: minutes })
      .map((body): Step => ({ kind: "reboot", name: "c", ...body })),
    onNode(members).map((nodes): Step => ({ kind: "cordon", name: "d", nodes })),
    minutes.map((duration): Step => ({ kind: "wait", name: "e", duration })),
    fc.constant<Step>({ kind: "restartWorkload", name: "f", workload: "shop/Deployment/web" }),
    minutes.map((duration): Step => ({ kind: "backupEtcd", name: "g", duration })),
  );

const drawn: fc.Arbitrary<Drawn> = fc.constantFrom(1, 2, 3, 5).chain((members) => {
  const row = fc
    .array(step(members), { minLength: 1, maxLength: 4 })
    .map((steps): Step => ({ kind: "sequence", name: "row", steps }));
  return fc.record({
    members: fc.constant(members),
    steps: fc
      .array(row, { minLength: 1, maxLength: 3 })
      .map((steps): readonly Step[] => [{ kind: "parallel", name: "all", steps }]),
  });
});

const run = ({ members, steps }: Drawn) =>
  rehearse(kubeadmCluster(members), planOf(steps, { onFailure: { kind: "continue" } }));

property.prop([drawn], numRuns(60))(
  "the API answers exactly while a server and a majority are there",
  (each) => {
    const { trace } = run(each);
    const { nodes } = controlPlaneOf(trace.header.cluster);
    const down = new Set<string>();
    const restarting = new Set<string>();
    let isUp = true;
    trace.events.forEach((event, number) => {
      if (event.kind === "api.down" || event.kind === "api.up") {
        expect(isUp).toBe(event.kind === "api.down");
        isUp = event.kind === "api.up";
      }
      if (event.kind === "node.down") down.add(event.node);
      if (event.kind === "node.up") down.delete(event.node);
      if (event.kind === "component.down") restarting.add(`${event.component} ${event.node}`);
      if (event.kind === "component.upgraded") restarting.delete(`${event.component} ${event.node}`);
      // Events of one moment belong together: what they come to is looked at when time goes on.
      if (trace.events[number + 1]?.time === event.time) return;
      const running = (component: string) =>
        nodes.filter((node) => !down.has(node) && !restarting.has(`${component} ${node}`)).length;
      expect(isUp).toBe(running("kube-apiserver") > 0 && running("etcd") >= quorumOf(nodes.length));
    });
  },
);

property.prop([drawn], numRuns(60))("while it is away, nothing in the API changes", (each) => {
  const { trace } = run(each);
  let isUp = true;
  let since = -1;
  for (const event of trace.events) {
    if (event.kind === "api.down") [isUp, since] = [false, event.time];
    if (event.kind === "api.up") isUp = true;
    // That pods stop with their machine is so whether or not anybody writes it down.
    if (isUp || event.time === since || event.kind === "pod.unready") continue;
    expect(event.kind).not.toMatch(
      /^(pod|service|workload|budget|object)\.|^node\.(cordoned|uncordoned|tainted|untainted|ready)|^eviction/,
    );
  }
});

property.prop([drawn], numRuns(60))("the rehearsal ends, by itself, and the same each time", (each) => {
  const { trace } = run(each);
  expect(trace.events.at(-1)).toMatchObject({ kind: "run.ended", outcome: "finished" });
  expect([...encodeTrace(run(each).trace)]).toEqual([...encodeTrace(trace)]);
});

property.prop([drawn], numRuns(60))(
  "a replay to the end has the versions that the simulation has",
  (each) => {
    const { trace, sim } = run(each);
    const world = new Replay(trace).after(trace.events.length);
    for (const [name, node] of sim.state.tables.Node)
      expect(world.versions.get(`kubelet ${name}`)).toBe(node.info.kubeletVersion);
    for (const node of sim.controlPlane.nodes)
      for (const component of staticComponents)
        expect(world.versions.get(`${component} ${node}`)).toBe(sim.controlPlane.version(component, node));
    expect(world.isApiUp).toBe(!sim.isAway("api"));
  },
);
