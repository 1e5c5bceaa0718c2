/** What a ChatApp allows people of rooms: how many, and who makes them. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { RuntimeConfig } from '../../../runtime/config.ts';
import type { Config, RoomInfo } from '../../../runtime/protocol/rest.ts';
import type { Cluster } from './cluster.ts';
import { startCluster, testConfig } from './cluster.ts';
import type { Answer } from './visitor.ts';
import { Visitor } from './visitor.ts';

type UserRooms = NonNullable<RuntimeConfig['userRooms']>;

const ADMIN = { name: 'The Boss', password: 'a password of the boss' };
const BOUNDS = { maxRooms: 5, maxPerPerson: 2 };

describe('rooms that people may make', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  /** Of one backend for each answer to who makes rooms; all are of one chat. */
  let urls: Readonly<Record<UserRooms['creators'], string>>;
  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({
      backends: 1,
      config: (config) => ({ ...config, userRooms: { creators: 'Everybody', ...BOUNDS } }),
      environment: { ADMIN_USERNAME: ADMIN.name, ADMIN_PASSWORD: ADMIN.password },
    });
    const [Members, Admins, Nobody] = await Promise.all([allowing('Members'), allowing('Admins'), allowing('Nobody')]);
    urls = { Everybody: cluster.url(0), Members, Admins, Nobody };
  });
  after(() => cluster.stop());

  async function allowing(creators: UserRooms['creators']): Promise<string> {
    const file = path.join(cluster.folder, `${creators}.json`);
    const auth = { mode: 'Accounts', allowSignup: true } as const;
    const userRooms = { creators, ...BOUNDS };
    fs.writeFileSync(file, JSON.stringify({ ...testConfig(), auth, userRooms }));
    return (await cluster.addBackend({ CHATAPP_CONFIG: file })).url;
  }

  let made = 0;
  const make = (who: Visitor): Promise<Answer<RoomInfo>> =>
    who.ask<RoomInfo>('POST', '/api/rooms', { title: `Room ${(made += 1)}`, kind: 'public' });
  const codeOf = async (who: Visitor): Promise<string> => {
    const { status, body } = await make(who);
    if (status !== 201) return body.error?.code ?? String(status);
    assert.equal((await who.ask('DELETE', `/api/rooms/${body.name}`)).status, 204);
    return 'made';
  };
  const guest = async (name: string): Promise<Visitor> => {
    const visitor = new Visitor(urls.Everybody);
    assert.equal(await visitor.code('POST', '/api/session', { name }), '200');
    return visitor;
  };

  it('are made by whom the ChatApp says, at every backend that says so', async () => {
    const boss = await new Visitor(urls.Members).logIn(ADMIN.name, ADMIN.password);
    const member = new Visitor(urls.Members);
    assert.equal(await member.code('POST', '/api/signup', { name: 'Mia', password: 'correct horse' }), '201');
    const someone = await guest('Gus');
    const expected = {
      Everybody: ['made', 'made', 'made'],
      Members: ['Forbidden', 'made', 'made'],
      Admins: ['Forbidden', 'Forbidden', 'made'],
      Nobody: ['Forbidden', 'Forbidden', 'Forbidden'],
    } as const;
    for (const creators of ['Everybody', 'Members', 'Admins', 'Nobody'] as const) {
      const seen = [];
      for (const who of [someone, member, boss]) seen.push(await codeOf(who.at(urls[creators])));
      assert.deepEqual(seen, expected[creators], creators);
      const { body } = await someone.at(urls[creators]).ask<Config>('GET', '/api/config');
      assert.equal(body.roomCreators, creators);
    }
    const words = (await make(member.at(urls.Admins))).body.error?.message;
    assert.match(words ?? '', /made by its administrators/);
    const direct = await someone.at(urls.Nobody).ask('POST', '/api/direct', { user: 'Mia' });
    assert.equal(direct.status, 200, 'two people can always write to one another');
  });

  it('are so many for each person, and so many in all', async () => {
    const [ann, bob, cid] = await Promise.all([guest('Ann'), guest('Bob'), guest('Cid')]);
    const rooms = [await make(ann), await make(ann)];
    const third = await make(ann);
    assert.equal(third.status, 409);
    assert.match(third.body.error?.message ?? '', /^You have 2 rooms already/);
    rooms.push(await make(bob), await make(bob));
    assert.deepEqual(
      rooms.map(({ status }) => status),
      [201, 201, 201, 201],
    );
    // The room of two people from before is the fifth.
    const full = await make(cid);
    assert.equal(full.status, 409);
    assert.match(full.body.error?.message ?? '', /as many rooms as it can have/);
    assert.equal((await bob.ask('DELETE', `/api/rooms/${rooms[3]!.body.name}`)).status, 204);
    assert.equal((await make(cid)).status, 201);
  });
});
