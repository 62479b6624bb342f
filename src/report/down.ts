import type { ServiceAvailability, Verdict } from "../verdict/verdict.ts";
import { humanDuration } from "../lib/duration.ts";
import type { Trace } from "../trace/trace.ts";
import { counted, listed } from "../lib/counted.ts";

/** Services that lose their last Ready pod, by how that ends. */
interface Down {
  /** Down to the end, and nothing that is rehearsed brings them back. */
  readonly staying: readonly ServiceAvailability[];
  /** Down to the end, but somebody who is not rehearsed may bring them back: nobody knows when. */
  readonly unsure: readonly ServiceAvailability[];
  /** Down for a while. */
  readonly passing: readonly ServiceAvailability[];
}

/** Whether an outage of it lasts to the end of the trace: its length is not the outage's. */
export function staysDown({ outages }: Pick<ServiceAvailability, "outages">): boolean {
  return outages.some(({ ended }) => ended === undefined);
}

/** Whether it loses its last Ready pod at all. */
export function isDown(service: ServiceAvailability): boolean {
  return service.outageMillis > 0 || staysDown(service);
}

/** Names of the Services that a finding is about whose outage ends when nobody knows. */
export function endNotKnown({ findings }: Pick<Verdict, "findings">): ReadonlySet<string> {
  const unsure = findings.filter(({ data }) => data["isEndKnown"] === false);
  return new Set(unsure.flatMap(({ data, subject }) => [subject, ...namesIn(data["services"])]));
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function downOf(verdict: Pick<Verdict, "services" | "findings">): Down {
  const down = verdict.services.filter(isDown);
  const open = down.filter(staysDown);
  const unknown = endNotKnown(verdict);
  return {
    staying: open.filter(({ service }) => !unknown.has(service)),
    unsure: open.filter(({ service }) => unknown.has(service)),
    passing: down.filter((each) => !staysDown(each)),
  };
}

/**
 * What goes down, that which has no end first: `1 service stays down (shop/web), 1 more has no Ready pod for 9 s`.
 * Undefined where nothing does.
 */
export function downSentence(
  verdict: Pick<Verdict, "services" | "findings">,
  trace?: Trace,
): string | undefined {
  const { staying, unsure, passing } = downOf(verdict);
  const parts: string[] = [];
  const say = (services: readonly ServiceAvailability[], one: string, several: string) => {
    if (services.length === 0) return;
    const count = parts.length === 0 ? counted(services.length, "service") : `${services.length} more`;
    parts.push(`${count} ${services.length === 1 ? one : several}`);
  };
  const names = (services: readonly ServiceAvailability[]) =>
    ` (${listed(
      services.map(({ service }) => service),
      2,
    )})`;
  // What lies behind the end of virtual time nobody knows.
  const last = trace?.events.at(-1);
  const isCut = last?.kind === "run.ended" && last.outcome === "horizon";
  const cut = `still down when virtual time ends${names(staying)}`;
  const end = `down, until when is not known${names(unsure)}`;
  if (isCut) say(staying, `is ${cut}`, `are ${cut}`);
  else say(staying, `stays down${names(staying)}`, `stay down${names(staying)}`);
  say(unsure, `is ${end}`, `are ${end}`);
  const longest = humanDuration(Math.max(0, ...passing.map(({ outageMillis }) => outageMillis)));
  say(passing, `has no Ready pod for ${longest}`, `have no Ready pod for up to ${longest}`);
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** The same in two or three words, for a cell: `2 down, up to 44 s`, `1 down, no end`. */
export function downCell({ services, findings }: Verdict): string {
  const { staying, unsure, passing } = downOf({ services, findings });
  const count = staying.length + unsure.length + passing.length;
  if (count === 0) return "no outage";
  if (staying.length > 0) return `${count} down, ${count === 1 ? "" : `${staying.length} with `}no end`;
  if (unsure.length > 0) return `${count} down, end not known`;
  const longest = Math.max(...passing.map(({ outageMillis }) => outageMillis));
  return `${count} down, ${count === 1 ? "" : "up to "}${humanDuration(longest)}`;
}
