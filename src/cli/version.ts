/** Set by the build; undefined where the sources run as they are. */
declare const __SEATRIAL_VERSION__: string | undefined;

/** The version of Seatrial, as it stands in traces and in `--version`. */
export const version = typeof __SEATRIAL_VERSION__ === "string" ? __SEATRIAL_VERSION__ : "0.0.0-dev";
