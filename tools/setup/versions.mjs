/** The first version number in a text: "3.250.0" of "v3.250.0-dev". */
export function versionIn(text) {
  return /\d+(?:\.\d+)+/.exec(text ?? "")?.[0];
}

export function isAtLeast(version, oldest) {
  const parts = (text) => text.split(".").map(Number);
  const [have, need] = [parts(version), parts(oldest)];
  for (let i = 0; i < need.length; i++) {
    if ((have[i] ?? 0) !== need[i]) return (have[i] ?? 0) > need[i];
  }
  return true;
}
