import { fc } from "@fast-check/vitest";
import { type Assumptions, type LoadTrace, type NodePoolAssumption } from "../../src/plan/assumptions.ts";
import { type Assertion } from "../../src/plan/plan.ts";
import {
  count,
  duration,
  durationOrNever,
  millis,
  nameText,
  nodeName,
  ref,
  requirement,
  some,
  someMillis,
} from "./value-arbitraries.ts";

/** What a plan asserts and assumes. */

export const assertion: fc.Arbitrary<Assertion> = fc.oneof(
  fc.record({
    name: nameText,
    kind: fc.constant("service" as const),
    service: fc.constant("shop/web"),
    downtime: millis,
  }),
  fc.record({
    name: nameText,
    kind: fc.constant("service" as const),
    service: fc.constant("shop/web"),
    downtime: millis,
    degraded: millis,
  }),
  fc.record({ name: nameText, kind: fc.constant("workload" as const), workload: ref, minReady: count }),
  fc.record({
    name: nameText,
    kind: fc.constantFrom("noPendingPods", "nodesBack", "noOutage", "etcdQuorum", "versionSkew"),
  }),
  fc.record({ name: nameText, kind: fc.constant("controlPlane" as const), writeUnavailable: millis }),
);

const ofWorkload = some<Assumptions["default"]>({
  start: durationOrNever,
  ready: durationOrNever,
  termination: duration,
  run: durationOrNever,
  connections: duration,
});

const amounts = fc.array(
  fc.record({ at: fc.integer({ min: 1, max: 86_400_000 }), amount: fc.nat(9_000_000) }),
  {
    maxLength: 3,
  },
);

/** Points in their order; the first is at 0. */
const loadTrace = fc.tuple(fc.nat(9_000_000), amounts).map(([amount, rest]): LoadTrace => {
  const later = new Map(rest.map((point) => [point.at, point]));
  return [{ at: 0, amount }, ...[...later.values()].sort((a, b) => a.at - b.at)];
});

const pool: fc.Arbitrary<NodePoolAssumption> = fc.record(
  {
    name: fc.constantFrom("general", "large-2"),
    like: nodeName,
    selector: fc.array(requirement, { maxLength: 2 }),
    min: fc.integer({ min: 0, max: 3 }),
    max: fc.integer({ min: 3, max: 9 }),
    join: durationOrNever,
    scaleDown: someMillis,
  },
  { requiredKeys: ["name", "like", "min", "max"] },
);

export const assumptions: fc.Arbitrary<Assumptions> = fc.record(
  {
    nodePools: fc.array(pool, { minLength: 1, maxLength: 2 }),
    load: fc.dictionary(
      fc.constantFrom("shop/Deployment/web", "data/StatefulSet/queue"),
      fc.dictionary(fc.constantFrom("cpu", "memory", "app/cpu", "http_requests"), loadTrace, {
        minKeys: 1,
        maxKeys: 2,
      }),
      { minKeys: 1, maxKeys: 2 },
    ),
    workloads: fc.dictionary(ref, ofWorkload, { maxKeys: 2 }),
    default: ofWorkload,
    volumeMove: duration,
    operators: fc.dictionary(
      fc.constantFrom("rook-ceph/osd", "longhorn-system/instance-manager-a"),
      durationOrNever,
      { minKeys: 1, maxKeys: 2 },
    ),
    pullBytesPerSecond: fc.integer({ min: 1, max: 1e12 }),
    reboot: durationOrNever,
    join: durationOrNever,
    upgrade: fc.record(
      {
        controlPlane: durationOrNever,
        kubelet: durationOrNever,
        controlPlaneKubelet: durationOrNever,
        controlPlaneJoin: durationOrNever,
        addon: durationOrNever,
        etcdBackup: duration,
        managedControlPlane: duration,
        certificates: duration,
        etcdRestore: duration,
      },
      { requiredKeys: ["controlPlane"] },
    ),
    loadBalancer: fc.record(
      { interval: someMillis, threshold: fc.integer({ min: 1, max: 10 }), deregistration: millis },
      { requiredKeys: ["interval", "threshold"] },
    ),
    replacedOwners: fc.subarray(["apps.kruise.io/CloneSet", "Kafka"]),
  },
  { requiredKeys: ["workloads", "default", "replacedOwners"] },
);
