"use strict";

/**
 * Makes the commands of this client wait until the host has answered about every variable. ssh2 sends variables
 * without asking for an answer, so that a command would run without those that the host drops (see AcceptEnv);
 * hence these few lines in its protocol object, for the version that package.json names exactly.
 *
 * `whenRefused(name)` returns an error to run nothing, or undefined to run all the same.
 */
function waitForEnvironment(client, whenRefused) {
  const protocol = client._protocol;
  const { env, exec } = protocol;
  const answers = [];
  let refusal;
  protocol.env = (channel, name, value) => {
    const answered = new Promise((resolve) => client._chanMgr.get(channel)._callbacks.push(resolve));
    answers.push(answered.then((refused) => refused && (refusal ??= whenRefused(name))));
    env.call(protocol, channel, name, value, true);
  };
  protocol.exec = (channel, command, wantReply) => {
    void Promise.all(answers).then(() => {
      if (refusal) client.emit("error", refusal);
      else exec.call(protocol, channel, command, wantReply);
    });
  };
}

module.exports = { waitForEnvironment };
