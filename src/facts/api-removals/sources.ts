/** Where the rows of the removed APIs come from. */

/** What the API server itself warns by: exact for each minor. */
export const lifecycle =
  "kubernetes/api, zz_generated.prerelease-lifecycle.go of each tag from v0.19.0 to v0.37.0-beta.0";

export const guide = "kubernetes.io, Deprecated API Migration Guide (up to its section on 1.32)";

/** No metadata tells: the first tag without the types. */
export const tags = "kubernetes/api, tags v0.17.0 to v0.36.0";

/** In no source that was read. */
export const unverified = "not verified: common knowledge of Kubernetes";
