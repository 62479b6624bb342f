import { type AskPrometheus, prometheusBy } from "../adapter/prometheus.ts";
import { stepPlaces } from "../plan/places.ts";
import type { Plan } from "../plan/plan.ts";
import { prometheusServer } from "../plan/schema/outside.ts";
import { InputError } from "./input-error.ts";

/** Asks with the token of the environment, where there is one. */
export function askingPrometheus(): AskPrometheus {
  const token = process.env["SEATRIAL_PROMETHEUS_TOKEN"];
  return prometheusBy(token === "" ? undefined : token);
}

/** Throws InputError where a plan asks Prometheus and nobody says which, or `--prometheus` is no address of one. */
export function prometheusNeeded(plan: Plan, given: string | undefined): void {
  if (given !== undefined) {
    const read = prometheusServer.safeParse(given, { reportInput: true });
    if (!read.success) throw new InputError(`--prometheus: ${read.error.issues[0]?.message ?? "no address"}`);
    return;
  }
  const gates = stepPlaces(plan).flatMap(({ step }) =>
    step.kind === "gate" &&
    step.until.some((condition) => condition.kind === "prometheus" && condition.server === undefined)
      ? [step.name]
      : [],
  );
  const alerts = (plan.alerts ?? []).some(({ server }) => server === undefined) ? ["alerts"] : [];
  const asking = [...gates, ...alerts];
  if (asking.length === 0) return;
  throw new InputError(
    `this plan asks Prometheus, and does not say which: ${asking.join(", ")}. Nothing was done.`,
    "Name it: --prometheus http://HOST:9090, or server: in the plan",
  );
}
