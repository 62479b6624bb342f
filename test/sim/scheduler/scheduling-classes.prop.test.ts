import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { schedulerBehaviour } from "../../../src/facts/scheduler.ts";
import type { Labels } from "../../../src/model/meta.ts";
import type { Node } from "../../../src/model/node.ts";
import type { Pod, PodSpec } from "../../../src/model/pod.ts";
import { defaultConfiguration } from "../../../src/model/scheduler-profile.ts";
import { SchedulerCache } from "../../../src/sim/scheduler/cache.ts";
import { ClassEvaluator } from "../../../src/sim/scheduler/class-evaluation.ts";
import { evaluatePlainly, type Evaluation } from "../../../src/sim/scheduler/evaluation.ts";
import type { SchedulerListers } from "../../../src/sim/scheduler/listers.ts";
import { listersOf } from "../../support/static-listers.ts";
import { type Framework, frameworksOf } from "../../../src/sim/scheduler/profiles.ts";
import {
  makeClaim,
  makeCSINode,
  makeNamespace,
  makeNode,
  makeObjects,
  makePod,
  makeService,
  makeStorageClass,
  makeVolume,
  nodeTerm,
} from "../../support/builders.ts";
import {
  nodeAllocatable,
  nodeImages,
  nodeLabels,
  nodeNames,
  nodeTaints,
  podLabels,
  podSpecs,
  zoneKey,
} from "../../support/cluster-arbitraries.ts";
import { ReferenceScheduler } from "../../support/reference-scheduler.ts";

/** What the listers show, apart from what the property changes: namespaces' labels and one service's selector. */
function listersWith(team: string, selected: Labels): SchedulerListers {
  return listersOf(
    makeObjects({
      Namespace: [makeNamespace("default", { team }), makeNamespace("other", { team: "b" })],
      Service: [makeService("web", selected)],
      StorageClass: [makeStorageClass("late")],
      PersistentVolume: [
        makeVolume("zonal", { nodeTerms: [nodeTerm(zoneKey, "a", "b")], phase: "Bound" }),
        makeVolume("free", { nodeTerms: [nodeTerm("disk", "ssd")], storageClassName: "late" }),
      ],
      PersistentVolumeClaim: [
        makeClaim("exclusive", { volumeName: "zonal", accessModes: ["ReadWriteOncePod"] }),
        makeClaim("zonal", { volumeName: "zonal" }),
        makeClaim("waiting", { storageClassName: "late" }),
      ],
      CSINode: nodeNames.map((name) => makeCSINode(name, 1)),
    }),
  );
}

/** The cluster under test, told to the cache event by event and to the reference as it stands. */
class World {
  readonly #objects = { listers: listersWith("a", { app: "web" }) };
  readonly cache: SchedulerCache;
  readonly evaluator: ClassEvaluator;
  readonly reference: ReferenceScheduler;
  readonly framework: Framework;
  readonly specs: readonly PodSpec[];
  #pods = 0;

  constructor(minor: number, specs: readonly PodSpec[], mostCells?: number) {
    const behaviour = schedulerBehaviour({ major: 1, minor });
    const objects = this.#objects;
    const listers = new Proxy(objects.listers, {
      get: (_first, key) => objects.listers[key as keyof SchedulerListers],
    });
    this.cache = new SchedulerCache(listers, behaviour);
    this.evaluator = new ClassEvaluator(this.cache, mostCells);
    this.reference = new ReferenceScheduler(behaviour, listers);
    this.framework = frameworksOf(defaultConfiguration, behaviour).get("default-scheduler")!;
    this.specs = specs;
    for (const [index, name] of nodeNames.slice(0, 4).entries())
      this.setNode(makeNode(name, { zone: "ab"[index & 1]! }));
  }

  setNode(node: Node): void {
    const { nodes } = this.reference;
    const index = nodes.findIndex(({ name }) => name === node.name);
    if (index >= 0) nodes[index] = node;
    else nodes.push(node);
    if (index >= 0) this.cache.updateNode(node);
    else this.cache.addNode(node);
  }

  changeNode(name: string, change: Partial<Node>): void {
    const node = this.reference.nodes.find((each) => each.name === name);
    if (node) this.setNode({ ...node, ...change });
  }

  removeNode(name: string): void {
    const { nodes } = this.reference;
    const index = nodes.findIndex((each) => each.name === name);
    if (index < 0) return;
    nodes.splice(index, 1);
    this.cache.removeNode(name);
  }

  newPod(spec: number, labels: Labels, namespace: string): Pod {
    const name = `p${this.#pods++}`;
    return makePod(name, {
      labels,
      namespace,
      spec: this.specs[spec % this.specs.length]!,
      priority: spec % 3,
    });
  }

  bind(pod: Pod, nodeName: string): void {
    const bound = { ...pod, nodeName };
    this.reference.pods.push(bound);
    this.cache.addPod(bound);
  }

  changePod(index: number, change: (pod: Pod) => Pod): void {
    const { pods } = this.reference;
    const place = index % Math.max(1, pods.length);
    const pod = pods[place];
    if (!pod) return;
    const changed = change(pod);
    pods[place] = changed;
    this.cache.updatePod(changed);
  }

  removePod(index: number): void {
    const [pod] = this.reference.pods.splice(index % Math.max(1, this.reference.pods.length), 1);
    if (pod) this.cache.removePod(pod.uid);
  }

  nominate(pod: Pod, nodeName: string): void {
    this.reference.nominated.push({ pod, nodeName });
    this.cache.nominate(pod, nodeName);
  }

  changeObjects(team: string, selected: Labels): void {
    this.#objects.listers = listersWith(team, selected);
    this.cache.objectChanged("Namespace");
    this.cache.objectChanged("Service");
  }

  /** Asks both about a pod; returns a node for it, if there is one. */
  compare(pod: Pod): string | undefined {
    const { cache, framework, reference } = this;
    const order = cache.nodes.map(({ name }) => name);
    if (order.length === 0) return undefined;
    const expected = reference.decide(framework, pod, order);
    const cycle = { pod: cache.infoOf(pod), view: cache, behaviour: cache.behaviour, args: framework.args };
    const options = { framework, cycle, nominator: cache.nominator, start: 0, percentage: 100 };
    const evaluation = this.evaluator.evaluate(options);
    if (!evaluation) {
      expect(pod.spec.volumes).not.toEqual([]);
      return expected.best[0];
    }
    expect(evaluation.feasibleNodes).toBe(expected.feasible);
    const refused = new Map(evaluation.diagnosis.nodes.entries());
    if (expected.feasible === 0) expect(refused).toEqual(expected.refused);
    if (expected.feasible < 2) return expected.best[0];
    let ties = 0;
    evaluation.choose((n) => {
      ties = n;
      return 0;
    });
    const best = Array.from({ length: ties }, (_, index) => evaluation.choose(() => index));
    expect(best.map(nameOf)).toEqual(expected.best);
    return expected.best[0];
  }
}

const nameOf = (chosen: ReturnType<Evaluation["choose"]>) =>
  "code" in chosen ? chosen.reasons.join(", ") : chosen.name;

type Step = (world: World) => void;

const nodeName = fc.constantFrom(...nodeNames);
const index = fc.nat(30);
const namespace = fc.constantFrom("default", "default", "other");
const newPod = fc.tuple(fc.nat(5), podLabels, namespace);

/** A step with something drawn for it. */
const draw = <T>(arbitrary: fc.Arbitrary<T>, step: (world: World, drawn: T) => void): fc.Arbitrary<Step> =>
  arbitrary.map((drawn) => (world) => step(world, drawn));

const often = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });

const steps: fc.Arbitrary<Step> = fc.oneof(
  often(
    6,
    draw(newPod, (world, of) => {
      const pod = world.newPod(...of);
      const node = world.compare(pod);
      if (node !== undefined) world.bind(pod, node);
    }),
  ),
  often(
    2,
    draw(fc.tuple(newPod, nodeName), (world, [of, node]) => {
      const pod = world.newPod(...of);
      // Of two pods with one port the first to go frees it: what is in use depends on what was.
      if (pod.spec.containers[0]!.hostPorts.length === 0) world.bind(pod, node);
    }),
  ),
  often(
    3,
    draw(index, (world, of) => world.removePod(of)),
  ),
  draw(index, (world, of) =>
    world.changePod(of, (pod) => ({ ...pod, deletion: { at: 0, graceSeconds: 30 } })),
  ),
  draw(fc.tuple(index, podLabels), (world, [of, labels]) =>
    world.changePod(of, (pod) => ({ ...pod, labels })),
  ),
  draw(fc.tuple(nodeName, fc.boolean()), (world, [name, unschedulable]) =>
    world.changeNode(name, { unschedulable }),
  ),
  draw(fc.tuple(nodeName, nodeLabels), (world, [name, labels]) => world.changeNode(name, { labels })),
  draw(fc.tuple(nodeName, nodeTaints), (world, [name, taints]) => world.changeNode(name, { taints })),
  draw(fc.tuple(nodeName, nodeImages), (world, [name, images]) => world.changeNode(name, { images })),
  draw(fc.tuple(nodeName, nodeAllocatable), (world, [name, allocatable]) =>
    world.changeNode(name, { allocatable }),
  ),
  draw(nodeName, (world, name) => world.removeNode(name)),
  draw(fc.tuple(nodeName, nodeLabels), (world, [name, labels]) => world.setNode(makeNode(name, { labels }))),
  draw(fc.tuple(newPod, nodeName), (world, [of, node]) => world.nominate(world.newPod(...of), node)),
  draw(fc.tuple(fc.constantFrom("a", "b"), podLabels), (world, [team, labels]) =>
    world.changeObjects(team, labels),
  ),
);

const runs = Number(process.env["SEATRIAL_PROPERTY_RUNS"] ?? 150);

const worlds = fc.record({
  minor: fc.constantFrom(22, 25, 28, 31, 34, 36),
  specs: fc.array(podSpecs, { minLength: 1, maxLength: 5 }),
  steps: fc.array(steps, { minLength: 1, maxLength: 80, size: "large" }),
  probe: fc.tuple(podLabels, namespace),
  /** Room for all classes, or for about one. */
  mostCells: fc.constantFrom(undefined, 5_000),
});

test.prop([worlds], { numRuns: runs })(
  "a class answers after any changes what plugins answer about the cluster as it is",
  ({ minor, specs, steps: all, probe, mostCells }) => {
    const world = new World(minor, specs, mostCells);
    for (const step of all) {
      step(world);
      for (const spec of specs.keys()) world.compare(world.newPod(spec, ...probe));
    }
  },
);

const searches = fc.record({
  nodes: fc.array(fc.record({ zone: fc.constantFrom("a", "b"), open: fc.boolean(), taints: nodeTaints }), {
    minLength: 100,
    maxLength: 160,
  }),
  spec: podSpecs,
  labels: podLabels,
  searches: fc.array(fc.record({ start: fc.nat(400), percentage: fc.integer({ min: 0, max: 100 }) }), {
    minLength: 1,
    maxLength: 6,
  }),
});

test.prop([searches], { numRuns: Math.ceil(runs / 3) })(
  "a search that ends early ends at the same node, wherever it begins",
  ({ nodes, spec, labels, searches: all }) => {
    const world = new World(36, [spec]);
    for (const [place, { zone, open, taints }] of nodes.entries())
      world.setNode(makeNode(`m${place}`, { zone, taints, unschedulable: !open }));
    const { cache, framework, evaluator } = world;
    for (const search of all) {
      const pod = world.newPod(0, labels, "default");
      const cycle = { pod: cache.infoOf(pod), view: cache, behaviour: cache.behaviour, args: framework.args };
      const options = { framework, cycle, nominator: cache.nominator, ...search };
      const plain = evaluatePlainly(options);
      const fast = evaluator.evaluate(options) ?? plain;
      expect([fast.feasibleNodes, fast.processed]).toEqual([plain.feasibleNodes, plain.processed]);
      if (plain.feasibleNodes === 0) continue;
      const last = (n: number) => n - 1;
      expect(nameOf(fast.choose(last))).toBe(nameOf(plain.choose(last)));
      expect(nameOf(fast.choose(() => 0))).toBe(nameOf(plain.choose(() => 0)));
      world.bind(pod, nameOf(plain.choose(() => 0)));
    }
  },
);
