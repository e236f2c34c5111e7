// Copyright (c) 2026, genesys.hybrid contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What the vendor's JavaScript SDK is made to do, one function per scenario: it takes the arguments that the test gave, and answers what
// it observed. The tests in test_javascript_sdk.py say what that must be.

'use strict';

const sdk = require('purecloud-platform-client-v2');

const organization = new sdk.OrganizationApi();
const tokens = new sdk.TokensApi();
const oauth = new sdk.OAuthApi();
const authorization = new sdk.AuthorizationApi();
const objects = new sdk.ObjectsApi();
const users = new sdk.UsersApi();
const providers = new sdk.IdentityProviderApi();
const utilities = new sdk.UtilitiesApi();

const ids = (listing) => listing.entities.map((entity) => entity.id);

// The error that a call must end with: the API's envelope, or for the token endpoint its answer with the status.
async function refused(call) {
  let answer;
  try {
    answer = await call;
  } catch (error) {
    if (error && error.response) return { status: error.response.status, ...error.response.data };
    if (error instanceof Error || !error || !error.status) throw error;
    return error;
  }
  throw new Error(`the call was to be refused, and was answered with ${JSON.stringify(answer)}`);
}

async function defaultRole(defaultRoleId) {
  return (await authorization.getAuthorizationRoles({ defaultRoleId: [defaultRoleId] })).entities[0];
}

async function clientRequest(fields) {
  const { id } = await defaultRole('user');
  return { name: 'From JavaScript', authorizedGrantType: 'CLIENT-CREDENTIALS', roleDivisions: [{ roleId: id, divisionId: '*' }], ...fields };
}

// A further login in the same process; the token of this process stays the one in use.
async function login(given, clientId, clientSecret) {
  const other = new sdk.ApiClient.instance.constructor();
  other.setGateway({ host: '127.0.0.1', protocol: 'http', port: given.port });
  return other.loginClientCredentialsGrant(clientId, clientSecret);
}

async function createUser(fields) {
  const home = await authorization.getAuthorizationDivisionsHome();
  return users.postUsers({ name: 'A User', email: 'javascript@example.com', divisionId: home.id, ...fields });
}

async function searchByAddress(email, states) {
  const query = [{ type: 'EXACT', fields: ['email'], value: email }];
  if (states) query.push({ type: 'EXACT', fields: ['state'], values: states });
  return users.postUsersSearch({ pageSize: 25, pageNumber: 1, query });
}

// Every entity of a listing, page after page.
async function readAll(listPage, size) {
  const found = [];
  let number = 0;
  let listing;
  do {
    number += 1;
    listing = await listPage({ pageSize: size, pageNumber: number });
    found.push(...ids(listing));
  } while (number < listing.pageCount);
  return { ids: found, pages: number, total: listing.total };
}

module.exports = {
  organization: () => organization.getOrganizationsMe(),

  async tokens(given, { port, client_id: clientId }) {
    const me = await tokens.getTokensMe();
    await tokens.headTokensMe();
    const wrongSecret = await refused(login({ port }, clientId, 'wrong'));
    const unknownClient = await refused(login({ port }, '00000000-0000-4000-8000-000000000000', 'any'));
    await tokens.deleteTokensMe();
    return { me, wrongSecret, unknownClient, afterDelete: await refused(tokens.getTokensMe()) };
  },

  async oauthClient(given, connection) {
    const created = await oauth.postOauthClients(await clientRequest({ description: 'd', accessTokenValiditySeconds: 600 }));
    const listed = ids(await oauth.getOauthClients());
    const read = await oauth.getOauthClient(created.id);
    const updated = await oauth.putOauthClient(created.id, await clientRequest({ name: 'Renamed' }));
    const regenerated = await oauth.postOauthClientSecret(created.id);
    const oldSecret = await refused(login(connection, created.id, created.secret));
    const granted = await login(connection, created.id, regenerated.secret);
    const deleteActive = await refused(oauth.deleteOauthClient(created.id));
    const inactive = await oauth.putOauthClient(created.id, await clientRequest({ state: 'inactive' }));
    await oauth.deleteOauthClient(created.id);
    const gone = await refused(oauth.getOauthClient(created.id));
    const listedAfter = ids(await oauth.getOauthClients());
    return { created, listed, read, updated, regenerated, oldSecret, minted: Boolean(granted.accessToken), deleteActive, inactive, gone, listedAfter };
  },

  async usage({ interval }, { client_id: clientId }) {
    const poll = async ({ executionId }) => {
      const statuses = [];
      for (let attempt = 0; attempt < 10; attempt += 1) {
        const answer = await oauth.getOauthClientUsageQueryResult(executionId, clientId);
        statuses.push(answer.queryStatus);
        if (answer.queryStatus === 'Complete') return { statuses, results: answer.results };
      }
      return { statuses };
    };
    await organization.getOrganizationsMe();
    const summary = await poll(await oauth.getOauthClientUsageSummary(clientId, { days: '7' }));
    const body = { interval, metrics: ['Requests'], groupBy: ['TemplateUri', 'HttpMethod'] };
    return { summary, query: await poll(await oauth.postOauthClientUsageQuery(clientId, body)) };
  },

  async role() {
    const policies = [{ domain: 'journey', entityName: 'segment', actionSet: ['view'], allowConditions: false }];
    const created = await authorization.postAuthorizationRoles({ name: 'From JavaScript', description: 'd', permissionPolicies: policies });
    const duplicate = await refused(authorization.postAuthorizationRoles({ name: 'from javascript' }));
    const read = await authorization.getAuthorizationRole(created.id, { expand: ['unusedPermissions'] });
    const more = [{ domain: 'journey', entityName: 'outcome', actionSet: ['view', 'edit'], allowConditions: false }];
    const updated = await authorization.putAuthorizationRole(created.id, { name: 'Renamed', permissionPolicies: more });
    const patched = await authorization.patchAuthorizationRole(created.id, { name: 'Ignored', roleNeedsUpdate: true });
    const difference = await authorization.getAuthorizationRoleComparedefaultRightRoleId(created.id, 'employee');
    await authorization.deleteAuthorizationRole(created.id);
    return { created, duplicate, read, updated, patched, difference, gone: await refused(authorization.getAuthorizationRole(created.id)) };
  },

  async roleFilters({ names }) {
    for (const name of names) await authorization.postAuthorizationRoles({ name });
    const found = async (options) => (await authorization.getAuthorizationRoles(options)).entities.map((role) => role.name);
    const firstPage = await authorization.getAuthorizationRoles({ pageSize: 2, pageNumber: 1, defaultRoleId: ['admin', 'employee', 'user'], userCount: false });
    return {
      firstPage,
      exact: await found({ name: names[0] }),
      pattern: await found({ name: `${names[0].slice(0, 4)}*` }),
      permission: await found({ permission: ['authorization:role:add'] }),
      id: await found({ id: [(await defaultRole('user')).id, (await defaultRole('admin')).id] }),
    };
  },

  async defaultRoles() {
    const user = await defaultRole('user');
    const renamed = await refused(authorization.putAuthorizationRole(user.id, { name: 'Other' }));
    const emptied = await authorization.putAuthorizationRole(user.id, { name: user.name, permissionPolicies: [] });
    const difference = await authorization.getAuthorizationRoleComparedefaultRightRoleId(user.id, 'user');
    const restored = await authorization.putAuthorizationRolesDefault([{ ...emptied, id: user.id }]);
    const complete = await authorization.postAuthorizationRolesDefault({ force: true });
    return { user, renamed, emptied, difference, restored, complete };
  },

  async permissions() {
    const domain = await authorization.getAuthorizationPermissions({ queryType: 'domain', query: 'journey' });
    const all = await authorization.getAuthorizationPermissions({ pageSize: 2, pageNumber: 1 });
    return { domain, all, products: ids(await authorization.getAuthorizationProducts()) };
  },

  async grants({ otherDivision }) {
    const user = await createUser();
    const [admin, supervisor] = [await defaultRole('admin'), await defaultRole('supervisor')];
    const held = async () => (await authorization.getAuthorizationSubject(user.id)).grants.map((grant) => [grant.role.name, grant.division.id]);
    const pairs = { grants: [{ roleId: admin.id, divisionId: '*' }, { roleId: supervisor.id, divisionId: otherDivision }] };
    await authorization.postAuthorizationSubjectBulkadd(user.id, pairs, { subjectType: 'PC_USER' });
    const added = await held();
    await authorization.deleteAuthorizationSubjectDivisionRole(user.id, '*', admin.id);
    const removed = await held();
    const removedTwice = await refused(authorization.deleteAuthorizationSubjectDivisionRole(user.id, '*', admin.id));
    await authorization.postAuthorizationSubjectDivisionRole(user.id, user.division.id, admin.id, { subjectType: 'PC_USER' });
    const addedOne = await held();
    const holders = ids(await authorization.getAuthorizationRoleSubjectgrants(supervisor.id));
    await authorization.postAuthorizationSubjectBulkremove(user.id, { grants: [{ roleId: supervisor.id, divisionId: otherDivision }] });
    const me = await authorization.getAuthorizationSubjectsMe();
    return { user: user.id, home: user.division.id, added, removed, removedTwice, addedOne, holders, left: await held(), me: me.id };
  },

  async divisions({ otherDivision }) {
    const home = await authorization.getAuthorizationDivisionsHome();
    const listed = ids(await authorization.getAuthorizationDivisions({ pageSize: 100 }));
    const user = await createUser();
    await objects.postAuthorizationDivisionObject(otherDivision, 'USER', [user.id]);
    const moved = (await users.getUser(user.id)).division.id;
    const unknown = await refused(objects.postAuthorizationDivisionObject(otherDivision, 'USER', ['00000000-0000-4000-8000-000000000000']));
    const created = await authorization.postAuthorizationDivisions({ name: 'From JavaScript', description: 'd' });
    const permitted = ids(await authorization.getAuthorizationDivisionspermittedPagedMe('directory:user:add', { pageSize: 100 }));
    return { home, listed, before: user.division.id, moved, unknown, created, permitted };
  },

  async user() {
    const created = await createUser({ title: 'Clerk' });
    const duplicate = await refused(createUser());
    const found = await searchByAddress(created.email);
    const updated = await users.patchUser(created.id, { version: created.version, title: 'Head', department: 'Sales' });
    const stale = await refused(users.patchUser(created.id, { version: created.version, title: 'Late' }));
    const stopped = await users.patchUser(created.id, { version: updated.version, state: 'inactive', title: 'Ignored' });
    await users.postUserInvite(created.id, { force: true });
    const invited = await users.getUser(created.id, { expand: ['authorization', 'dateWelcomeSent'] });
    await users.deleteUser(created.id);
    const gone = await refused(users.getUser(created.id));
    const takenAddress = await refused(createUser());
    const foundDeleted = await searchByAddress(created.email, ['deleted']);
    const deleted = await users.getUser(created.id, { state: 'deleted' });
    const restored = await users.patchUser(created.id, { version: deleted.version, state: 'active' });
    return { created, duplicate, found, updated, stale, stopped, invited, gone, takenAddress, foundDeleted, deleted, restored };
  },

  async pureEngageProvider({ certificates }) {
    const absent = await refused(providers.getIdentityprovidersPureengage());
    const fields = { name: 'PureEngage', issuerURI: 'http://www.genesys.com/pureengage', ssoTargetURI: 'http://example.com/target' };
    const answered = await providers.putIdentityprovidersPureengage({ ...fields, autoProvisionUsers: true, certificate: certificates[0], disabled: false });
    const read = await providers.getIdentityprovidersPureengage();
    await providers.putIdentityprovidersPureengage({ ...read, certificate: undefined, certificates });
    const two = await providers.getIdentityprovidersPureengage();
    const listed = await providers.getIdentityproviders();
    await providers.deleteIdentityprovidersPureengage();
    return { absent, answered, read, two, listed: ids(listed), gone: await refused(providers.getIdentityprovidersPureengage()) };
  },

  async genericProvider({ certificates }) {
    const body = { name: 'Other', issuerURI: 'urn:other', ssoTargetURI: 'https://example.com/sso', certificates, autoProvisionUsers: true };
    const answered = await providers.putIdentityprovidersGeneric(body);
    const read = await providers.getIdentityprovidersGeneric();
    const listed = (await providers.getIdentityproviders()).entities;
    const badCertificate = await refused(providers.putIdentityprovidersGeneric({ ...body, certificates: ['bm8gY2VydGlmaWNhdGU='] }));
    await providers.deleteIdentityprovidersGeneric();
    return { answered, read, listed, badCertificate, gone: await refused(providers.getIdentityprovidersGeneric()) };
  },

  ipRanges: () => utilities.getIpranges(),

  async errorEnvelope() {
    const plain = await refused(oauth.postOauthClients(await clientRequest({ roleDivisions: [] })));
    sdk.ApiClient.instance.setReturnExtendedResponses(true);
    const extended = await refused(oauth.getOauthClient('none'));
    return { plain, extended: { status: extended.status, headers: extended.headers, body: extended.body } };
  },

  async listParameters({ roleIds, userIds }) {
    return {
      'roles id': ids(await authorization.getAuthorizationRoles({ id: roleIds })),
      'roles defaultRoleId': ids(await authorization.getAuthorizationRoles({ defaultRoleId: ['admin', 'employee'] })),
      'roles permission': ids(await authorization.getAuthorizationRoles({ permission: ['authorization:role:add', 'journey:segment:edit'] })),
      'users id': ids(await users.getUsers({ id: userIds, expand: ['authorization', 'groups'] })),
    };
  },

  async readAll({ sizes }) {
    const result = {};
    for (const size of sizes) {
      result[size] = {
        roles: await readAll((options) => authorization.getAuthorizationRoles({ ...options, name: 'bulk*', userCount: false }), size),
        users: await readAll((options) => users.getUsers({ ...options, state: 'any' }), size),
      };
    }
    return result;
  },
};
