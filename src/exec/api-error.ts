import { apiRequests } from "../facts/api-requests.ts";
import type { Calendar } from "../plan/calendar.ts";
import type { ApiError, Fact } from "./protocol.ts";
import { failed, type StepEnd, type Turn } from "./turn.ts";

/** What kubectl prints of an error that ends a command. Source: kubectl pkg/cmd/util/helpers.go, StandardErrorMessage. */
export function errorLine({ code, reason, message }: ApiError): string {
  if (code === apiRequests.noAnswer) return apiRequests.refusedLine;
  return reason === "" ? `error: ${message}` : `Error from server (${reason}): ${message}`;
}

/** Whether nobody has served the request: no server was there, or none that etcd took a decision for in its time. */
export function isUnanswered({ code, reason }: ApiError): boolean {
  return (
    code === apiRequests.noAnswer ||
    (code === apiRequests.timeoutCode && reason === apiRequests.timeoutReason)
  );
}

/** Why a step failed, in words for a person. */
export function reasonFor({ code, message }: ApiError): string {
  return code === apiRequests.noAnswer ? `no API server answers: ${message}` : message;
}

/** The end of a step that could not read what it is about, said as kubectl says it. */
export function notListed(what: string, fact: Fact, turn: Turn): StepEnd {
  if (fact.kind !== "error") return failed(what);
  turn.note({ kind: "line", stream: "stderr", text: errorLine(fact.error) });
  return failed(`${what}: ${reasonFor(fact.error)}`);
}

/** What comes of an approval that nobody has given in time; `until` is in epoch milliseconds. */
export function tooLate(until: number): ApiError {
  const moment = new Date(until).toISOString().replace(".000Z", "Z");
  return { code: 408, reason: "", message: `nobody has approved by ${moment}`, causes: [] };
}

/** What comes of a step for which no window comes that is long enough. */
export function noRoom({ window }: Calendar): ApiError {
  const message = window
    ? "no window comes within a year that is long enough for it"
    : "a freeze lasts for a year";
  return { code: 500, reason: "", message, causes: [] };
}
