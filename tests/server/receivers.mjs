// The other end of messages: a mail server and a receiver of hooks, both on free ports of the loopback interface.
//
//   node receivers.mjs FOLDER [SMTP-PORT]
//
// Prints "smtp PORT http PORT". What arrives is put into FOLDER, mail-1.json {from, to, user, raw} and hook-1.json
// {path, headers, body, signed}. Files in FOLDER say how to behave:
//
//   busy    the mail server takes nothing just now
//   hang    hooks under /slow are taken and never answered
//   secret  what hooks are signed with
//
// Mail for gone@… is refused for good. Hooks under /fail are answered 500, under /later 503 with Retry-After.
import { createHmac } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { SMTPServer } = require('smtp-server');

const [folder, smtpPort = '0'] = process.argv.slice(2);
const counts = {};
const is = (name) => existsSync(`${folder}/${name}`);

// Whole or not at all: whoever looks never sees half of it.
function keep(kind, what) {
  let number = (counts[kind] ?? 0) + 1;
  while (is(`${kind}-${number}.json`)) number += 1;
  counts[kind] = number;
  writeFileSync(`${folder}/${kind}.part`, JSON.stringify(what));
  renameSync(`${folder}/${kind}.part`, `${folder}/${kind}-${number}.json`);
}

async function bodyOf(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

const refusal = (code, words) => Object.assign(new Error(words), { responseCode: code });

const smtp = new SMTPServer({
  authOptional: true,
  allowInsecureAuth: true,
  onAuth({ username, password }, session, done) {
    if (password === 'right') return done(null, { user: username });
    return done(refusal(535, 'who is that'));
  },
  onRcptTo({ address }, session, done) {
    if (address.startsWith('gone@')) return done(refusal(550, 'nobody of that name'));
    return done();
  },
  async onData(stream, session, done) {
    const raw = await bodyOf(stream);
    if (is('busy')) return done(refusal(451, 'come again later'));
    const { mailFrom, rcptTo } = session.envelope;
    keep('mail', { from: mailFrom.address, to: rcptTo.map((each) => each.address), user: session.user ?? '', raw });
    return done(null, 'taken');
  },
});

function signedRight(headers, body) {
  if (!is('secret')) return false;
  const code = createHmac('sha256', readFileSync(`${folder}/secret`, 'utf8'));
  code.update(`${headers['sociometer-timestamp']}.${body}`);
  return headers['sociometer-signature'] === `v1=${code.digest('hex')}`;
}

const http = createServer(async (request, response) => {
  const body = await bodyOf(request);
  keep('hook', { path: request.url, headers: request.headers, body, signed: signedRight(request.headers, body) });
  if (request.url.startsWith('/slow') && is('hang')) return;
  if (request.url.startsWith('/later')) response.setHeader('Retry-After', '7200');
  const status = request.url.startsWith('/fail') ? 500 : request.url.startsWith('/later') ? 503 : 200;
  response.writeHead(status).end(status === 200 ? 'ok' : 'not now');
});

smtp.on('error', () => {});
smtp.listen(Number(smtpPort), '127.0.0.1', () => {
  http.listen(0, '127.0.0.1', () => {
    console.log(`smtp ${smtp.server.address().port} http ${http.address().port} ready`);
  });
});
