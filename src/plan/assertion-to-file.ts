import { durationText } from "./duration-text.ts";
import type { Assertion } from "./plan.ts";

/** An assertion as a plan file says it. */
export function assertionField(assertion: Assertion): Readonly<Record<string, unknown>> {
  const { name } = assertion;
  switch (assertion.kind) {
    case "service": {
      const { service, downtime, degraded } = assertion;
      return {
        name,
        service,
        ...(downtime === undefined ? {} : { downtime: durationText(downtime) }),
        ...(degraded === undefined ? {} : { degraded: { max: durationText(degraded) } }),
      };
    }
    case "workload":
      return { name, workload: assertion.workload, minReady: assertion.minReady };
    case "versionSkew":
      return { name, versionSkew: "supported" };
    case "controlPlane":
      return { name, controlPlane: { writeUnavailable: { max: durationText(assertion.writeUnavailable) } } };
    case "etcdQuorum":
      return { name, etcdQuorum: "always" };
    default:
      return { name, [assertion.kind]: true };
  }
}
