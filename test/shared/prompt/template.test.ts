import { expect, test } from '@jest/globals';
import { fillTemplate } from '../../../shared/prompt/template.ts';

const variables = { title: 'It {{ author }} $& breaks', author: 'octocat' };

test('values stand where their names stood, as they are', () => {
  expect(fillTemplate('{{ title }} by {{author}}', variables)).toEqual({
    kind: 'filled',
    text: 'It {{ author }} $& breaks by octocat',
  });
});

test.each(['${{ github.token }}', '{{#if author}}', '{{ 1 + 1 }}', '{{{', '{{ author'])('%j is left alone', (text) => {
  expect(fillTemplate(text, variables)).toEqual({ kind: 'filled', text });
});

test('a backslash keeps the braces', () => {
  expect(fillTemplate('\\{{ author }}', variables)).toEqual({ kind: 'filled', text: '{{ author }}' });
});

test('an unknown name is an error that names the line and the likely name', () => {
  expect(fillTemplate('a\n\n{{ auther }}', variables)).toEqual({
    kind: 'unknown_variable',
    name: 'auther',
    line: 3,
    message: 'Line 3: there is no variable {{ auther }}. Did you mean {{ author }}?',
  });
});

test('what objects inherit is no variable', () => {
  expect(fillTemplate('{{ constructor }}', variables)).toMatchObject({
    kind: 'unknown_variable',
    message: 'Line 1: there is no variable {{ constructor }}. Known are: title, author.',
  });
});
