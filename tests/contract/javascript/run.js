// Copyright (c) 2026, genesys.hybrid contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Runs one scenario with the vendor's JavaScript SDK against a sandbox and prints what it observed:
//
//   node run.js NAME < {"port": 8080, "client_id": "...", "client_secret": "...", "arguments": {...}}
//
// Credentials come on standard input, so that no process list shows them. Standard output is the scenario's result as JSON. Anything
// unexpected, such as a call that fails, ends the process with exit code 1 and the reason on standard error.

'use strict';

const fs = require('fs');
const sdk = require('purecloud-platform-client-v2');
const scenarios = require('./scenarios.js');

async function main() {
  const name = process.argv[2];
  if (!Object.hasOwn(scenarios, name)) throw new Error(`no scenario ${name}`);
  const given = JSON.parse(fs.readFileSync(0, 'utf8'));
  const client = sdk.ApiClient.instance;
  client.setGateway({ host: '127.0.0.1', protocol: 'http', port: given.port });
  await client.loginClientCredentialsGrant(given.client_id, given.client_secret);
  return scenarios[name](given.arguments, given);
}

main().then(
  (result) => process.stdout.write(JSON.stringify(result ?? null)),
  (error) => {
    process.stderr.write(error instanceof Error ? error.stack : `refused: ${JSON.stringify(error)}`);
    process.exitCode = 1;
  },
);
