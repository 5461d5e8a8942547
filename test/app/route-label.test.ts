import { expect, test } from '@jest/globals';
import { routeLabel } from '../../app/route-label.ts';

test.each([
  ['https://ghe.example.com/api/v3/repos/acme/app/issues/7/comments?per_page=100', '/repos/*/*/issues/*/comments'],
  ['/repos/issues/tasks/pulls/comments/9/reactions', '/repos/*/*/pulls/comments/*/reactions'],
  ['/repos/acme/app/contents/.github/rebyte.yml', '/repos/*/*/contents/*'],
  ['/orgs/teams/teams/users/memberships/app', '/orgs/*/teams/*/memberships/*'],
  ['/v1/tasks/0b2e/prompts', '/tasks/*/prompts'],
  ['/v1/webhooks/public_key', '/webhooks/public_key'],
])('%s is counted as %s', (path, label) => {
  expect(routeLabel(path)).toBe(label);
});
