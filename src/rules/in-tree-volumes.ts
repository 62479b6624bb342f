import { inTreeVolumes, type InTreeVolume } from "../facts/feature-removals.ts";
import { isGiven } from "../model/cluster.ts";
import type { PodSpec } from "../model/pod.ts";
import { podSpecsOf } from "./pod-specs.ts";
import { counted, listed } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import type { FindingDraft, Preflight } from "./rule.ts";
import { atMinor, firstAt, minorData, minorText, type UpgradeWay } from "./upgrade-way.ts";

/** What uses a volume plugin of Kubernetes' own code. */
interface InTreeUse {
  readonly fact: InTreeVolume;
  readonly volumes: readonly string[];
  readonly classes: readonly string[];
  readonly workloads: readonly string[];
}

/** Volumes, classes and workloads whose plugin is gone, or works only through a CSI driver, at a minor of the way. */
export function inTreeFindings(preflight: Preflight, way: UpgradeWay): FindingDraft[] {
  return usesOf(preflight).flatMap((use) =>
    use.fact.driver ? redirected(preflight, way, use, use.fact.driver) : gone(way, use),
  );
}

function usesOf(preflight: Preflight): InTreeUse[] {
  const { objects } = preflight.cluster;
  const specs = [...podSpecsOf(preflight)];
  return inTreeVolumes
    .map((fact) => ({
      fact,
      volumes: objects.PersistentVolume.filter(({ source }) => source.type === fact.field).map(
        ({ name }) => name,
      ),
      classes: objects.StorageClass.filter(
        ({ provisioner }) => fact.provisioner !== "" && provisioner === fact.provisioner,
      ).map(({ name }) => name),
      workloads: specs.filter(([, spec]) => mounts(spec, fact.field)).map(([subject]) => subject),
    }))
    .filter(({ volumes, classes, workloads }) => volumes.length + classes.length + workloads.length > 0);
}

function mounts({ volumes }: PodSpec, field: string): boolean {
  return volumes.some(
    (volume) => volume.type === field || (volume.type === "other" && volume.source === field),
  );
}

/** `2 PersistentVolumes (a and b) and 1 StorageClass (fast)`. */
function usersOf({ volumes, classes, workloads }: InTreeUse): string {
  const parts = [
    [volumes, "PersistentVolume", "PersistentVolumes"],
    [classes, "StorageClass", "StorageClasses"],
    [workloads, "workload", "workloads"],
  ] as const;
  return listed(
    parts
      .filter(([names]) => names.length > 0)
      .map(([names, one, many]) => `${counted(names.length, one, many)} (${listed(names)})`),
  );
}

function countOf({ volumes, classes, workloads }: InTreeUse): number {
  return volumes.length + classes.length + workloads.length;
}

/** A plugin that nothing takes over for: what uses it does not start again. */
function gone(way: UpgradeWay, use: InTreeUse): FindingDraft[] {
  const { fact } = use;
  const minor = firstAt(way, fact.removed);
  if (minor === undefined) return [];
  return [
    {
      subject: fact.field,
      weight: 440 + countOf(use),
      message: `${atMinor(way, minor)} has no ${fact.field} volumes any more: ${usersOf(use)} ${verb(countOf(use), "uses", "use")} them`,
      details: [
        "The API still takes the field, but no plugin mounts the volume: pods that use it stay in ContainerCreating.",
        "Move the data to a volume of a CSI driver before the upgrade: nothing does it by itself.",
        `${fact.source}.`,
      ],
      data: { ...dataOf(use), ...minorData(way, minor) },
    },
  ];
}

/** A plugin whose volumes go on under a CSI driver, which has to be there. */
function redirected(
  { cluster }: Preflight,
  way: UpgradeWay,
  use: InTreeUse,
  driver: NonNullable<InTreeVolume["driver"]>,
): FindingDraft[] {
  const { fact } = use;
  const minor = firstAt(way, driver.since);
  const { CSIDriver, CSINode } = cluster.objects;
  const isThere =
    CSIDriver.some(({ name }) => name === driver.name) ||
    CSINode.some(({ drivers }) => drivers.some(({ name }) => name === driver.name));
  if (minor === undefined || isThere) return [];
  const isKnown = isGiven(cluster, "CSIDriver") || isGiven(cluster, "CSINode");
  return [
    {
      subject: fact.field,
      ...(isKnown ? {} : { severity: "warning" as const }),
      weight: 435 + countOf(use),
      message: `${atMinor(way, minor)} hands ${fact.field} volumes to the CSI driver ${driver.name}, ${isKnown ? "which the cluster does not have" : "and the input does not tell whether it is there"}: ${usersOf(use)}`,
      details: [
        `By default from ${minorText(driver.since)} on; the plugin itself is gone from ${minorText(fact.removed)} on. Without the driver nothing is attached or mounted.`,
        ...(isKnown ? [] : ["kubectl get csidrivers,csinodes -o json, given with --from, settles it."]),
        `${fact.source}.`,
      ],
      data: { ...dataOf(use), driver: driver.name, ...minorData(way, minor) },
    },
  ];
}

function dataOf({ fact, volumes, classes, workloads }: InTreeUse): Readonly<Record<string, unknown>> {
  return { volume: fact.field, removedIn: minorText(fact.removed), volumes, classes, workloads };
}
