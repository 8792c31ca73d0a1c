// What Digital Bazaar's libraries say of credentials, and credentials that they make: the other side of our tests.
//
// A request is read from standard input as JSON, and the answer written to standard output:
//   {task: "verify", documents, now, credentials}  →  [{verified, reason}]
//   {task: "sign", documents, credentials: [{credential, key, suite, created}]}  →  [credential]
//   {task: "time", documents, now, credentials}  →  {seconds, verified}
//   {task: "issue", documents, now, credentials, key, suite}  →  {seconds, made}
// `documents` are JSON values by address; nothing else is loaded. Run in the folder that holds node_modules.

import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as eddsa} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {cryptosuite as ecdsa} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {createVerifyCryptosuite} from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';

const SUITES = {'eddsa-rdfc-2022': eddsa, 'ecdsa-rdfc-2019': ecdsa};
const KEYS = {'eddsa-rdfc-2022': Ed25519Multikey, 'ecdsa-rdfc-2019': EcdsaMultikey};
const MULTIKEY = 'https://w3id.org/security/multikey/v1';

/** Return a loader of these documents; of an address with a fragment, the key that its document has there. */
function loaderOf(documents) {
  return async url => {
    const [base] = url.split('#');
    let document = documents[base];
    if(document === undefined) {
      throw new Error(`No document at ${url}.`);
    }
    if(url.includes('#')) {
      const found = document.verificationMethod.find(method => method.id === url);
      if(found === undefined) {
        throw new Error(`No key at ${url}.`);
      }
      document = {'@context': MULTIKEY, ...found};
    }
    return {contextUrl: null, documentUrl: url, document: structuredClone(document)};
  };
}

async function verify({documents, now, credentials}) {
  const documentLoader = loaderOf(documents);
  const answers = [];
  for(const credential of credentials) {
    const suite = [eddsa, ecdsa, createVerifyCryptosuite()].map(cryptosuite => new DataIntegrityProof({cryptosuite}));
    const checkStatus = async () => ({verified: true});
    const {verified, error} = await vc.verifyCredential({credential, suite, documentLoader, checkStatus, now});
    answers.push({verified, reason: verified ? '' : String(error?.errors?.[0]?.message ?? error?.message ?? error)});
  }
  return answers;
}

async function sign({documents, credentials}) {
  const documentLoader = loaderOf(documents);
  const made = [];
  for(const {credential, key, suite: name, created} of credentials) {
    const signer = (await KEYS[name].from(key)).signer();
    const suite = new DataIntegrityProof({signer, cryptosuite: SUITES[name], date: created});
    made.push(await vc.issue({credential, suite, documentLoader, now: created}));
  }
  return made;
}

async function time(request) {
  await verify({...request, credentials: request.credentials.slice(0, 20)});
  const began = process.cpuUsage();
  const answers = await verify(request);
  const {user, system} = process.cpuUsage(began);
  return {seconds: (user + system) / 1e6, verified: answers.filter(answer => answer.verified).length};
}

/** Sign many with one key: the same date for all, nothing loaded or read twice. */
async function issue({documents, now, credentials, key, suite: name}) {
  const documentLoader = loaderOf(documents);
  const signer = (await KEYS[name].from(key)).signer();
  const one = credential => vc.issue({
    credential, documentLoader, now, suite: new DataIntegrityProof({signer, cryptosuite: SUITES[name], date: now})
  });
  for(const credential of credentials.slice(0, 50)) {
    await one(structuredClone(credential));
  }
  const began = process.cpuUsage();
  const made = [];
  for(const credential of credentials) {
    made.push(await one(credential));
  }
  const {user, system} = process.cpuUsage(began);
  return {seconds: (user + system) / 1e6, made};
}

const chunks = [];
for await (const chunk of process.stdin) {
  chunks.push(chunk);
}
const request = JSON.parse(Buffer.concat(chunks).toString('utf8'));
process.stdout.write(JSON.stringify(await {verify, sign, time, issue}[request.task](request)));
