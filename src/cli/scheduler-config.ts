import { formatProblem } from "../model/problem.ts";
import type { SchedulerConfiguration } from "../model/scheduler-profile.ts";
import { readSchedulerConfiguration } from "../read/scheduler-config.ts";
import { InputError } from "./input-error.ts";
import type { InputOptions } from "./options.ts";

/** The configuration that --scheduler-config names; undefined without one. Throws InputError where it is none. */
export function schedulerConfigurationOf({
  schedulerConfig,
}: Pick<InputOptions, "schedulerConfig">): SchedulerConfiguration | undefined {
  if (schedulerConfig === undefined) return undefined;
  const result = readSchedulerConfiguration(schedulerConfig);
  if (!result.ok) throw new InputError(...result.problems.map(formatProblem));
  return result.configuration;
}
