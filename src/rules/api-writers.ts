import { groupBy } from "../lib/order.ts";
import { dayOf } from "../lib/day.ts";
import type { Cluster } from "../model/cluster.ts";
import { keyOf, type Writer } from "../model/meta.ts";
import { insteadOf, removalOn } from "./api-removal-on.ts";
import { lastAppliedVersion, namedObjects, type Typed } from "./api-uses.ts";
import { counted, listed } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import type { FindingDraft } from "./rule.ts";
import { atMinor, minorData, minorText, type UpgradeWay } from "./upgrade-way.ts";

interface Written {
  readonly object: Typed;
  readonly writer: Writer;
}

/** Programs that write for a person: what they wrote stands in a manifest somewhere. */
const byHand = /^kubectl\b/;

/**
 * Objects that are read in one version and were written in another that is not served at a minor ahead: whoever did so
 * is refused there. Source: kubernetes.io, Server-Side Apply, "Field management" (managedFields name the manager and
 * the version).
 */
export function writtenFindings(cluster: Cluster, way: UpgradeWay): FindingDraft[] {
  const all = [...namedObjects(cluster)].flatMap((object) =>
    (object.writers ?? [])
      // What the object is read in, or was last applied in, is said of that.
      .filter(({ apiVersion }) => apiVersion !== object.apiVersion)
      .filter(({ manager, apiVersion }) => !byHand.test(manager) || apiVersion !== lastAppliedVersion(object))
      .map((writer): Written => ({ object, writer })),
  );
  return [...groupBy(all, ({ object, writer }) => `${writer.apiVersion}/${object.kind}`)].flatMap(
    ([subject, written]) => finding(way, subject, written),
  );
}

function finding(way: UpgradeWay, subject: string, written: readonly Written[]): FindingDraft[] {
  const [{ object, writer }] = written as readonly [Written];
  const found = removalOn(way, { apiVersion: writer.apiVersion, kind: object.kind });
  if (!found) return [];
  const { row, minor } = found;
  const managers = [...new Set(written.map((each) => each.writer.manager))];
  const objects = [...new Set(written.map((each) => keyOf(each.object)))];
  // What is not served any more cannot be going on; what a person wrote is a manifest, if it still is.
  const isOver = minor === way.own || managers.every((manager) => byHand.test(manager));
  return [
    {
      subject: `written/${subject}`,
      severity: isOver ? "info" : "warning",
      weight: isOver ? 21 : 360,
      message: `${counted(objects.length, "object")} (${listed(objects)}) ${verb(objects.length, "was", "were")} written by ${listed(managers)} in a version that ${atMinor(way, minor)} does not serve: ${insteadOf(row, object.kind, way.minors.at(-1)!)}`,
      details: [
        ...managers.map((manager) => lastTime(manager, written)),
        `The ${verb(objects.length, "object goes", "objects go")} on in the version that ${verb(objects.length, "it is", "they are")} read in; who writes in the old one is refused from ${minorText(row.removed)} on.`,
      ],
      data: {
        apiVersion: writer.apiVersion,
        kind: object.kind,
        objects,
        managers,
        removedIn: minorText(row.removed),
        ...minorData(way, minor),
      },
    },
  ];
}

/** `helm: last on 2024-03-01.` */
function lastTime(manager: string, written: readonly Written[]): string {
  const times = written.flatMap(({ writer }) =>
    writer.manager === manager && writer.at !== undefined ? [writer.at] : [],
  );
  return times.length === 0
    ? `${manager}: when is not known.`
    : `${manager}: last on ${dayOf(Math.max(...times))}.`;
}
