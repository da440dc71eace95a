"use strict";
// The resource types that the plugin serves. What a type has:
//   replaceOn      inputs whose change takes a new resource (or replaceOnAllBut: the others all do)
//   autoName       { property, limit, lower } of a name that the program may leave out
//   defaults       inputs filled in where they are left out
//   computed       outputs that AWS answers; not known in the preview of a create
//   changing       of those, the ones that the preview of an update does not know; given the changed inputs
//   secrets        outputs that are secret
//   same           by input: whether two values that differ mean the same
//   settled        given the inputs: those that are recorded in another way than they were given
//   tags           { set, unset }: how the tags of this type are written
//   check          failures of the inputs
//   create         resolves to { id, …computed }; update, delete, read as their names say
const grpc = require("@grpc/grpc-js");

const types = {
  ...require("./types/network.cjs"),
  ...require("./types/security-groups.cjs"),
  ...require("./types/instances.cjs"),
  ...require("./types/load-balancers.cjs"),
  ...require("./types/target-groups.cjs"),
  ...require("./types/listeners.cjs"),
  ...require("./types/listener-rules.cjs"),
  ...require("./types/clusters.cjs"),
  ...require("./types/task-definitions.cjs"),
  ...require("./types/services.cjs"),
  ...require("./types/log-groups.cjs"),
  ...require("./types/iam.cjs"),
  ...require("./types/database-groups.cjs"),
  ...require("./types/databases.cjs"),
  ...require("./types/secrets.cjs"),
};

function typeOf(urn) {
  const token = urn.split("::")[2].split("$").at(-1);
  const type = types[token];
  if (type) return type;
  throw Object.assign(new Error(`the stand-in for the aws plugin does not know the resource type ${token}`), {
    grpcCode: grpc.status.UNIMPLEMENTED,
  });
}

module.exports = { typeOf };
