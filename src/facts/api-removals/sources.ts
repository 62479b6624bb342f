/** Where the rows of the removed APIs come from. */

/** What the API server itself warns by: exact for each minor. */
export const lifecycle =
  "kubernetes/api, zz_generated.prerelease-lifecycle.go of each tag from v0.19.0 to v0.37.0-beta.0";

export const guide = "kubernetes.io, Deprecated API Migration Guide (up to its section on 1.32)";

/** No metadata tells: the first tag without the types. */
export const tags = "kubernetes/api, tags v0.17.0 to v0.36.0";

/** Not in the guide, which leaves out alphas: off by default in 1.22, without storage from 1.23 on. */
export const storage =
  "kubernetes/kubernetes, PR #84758 (deprecated); pkg/controlplane/instance.go and pkg/registry/rbac/rest/storage_rbac.go of v1.22.17 and v1.23.17";
