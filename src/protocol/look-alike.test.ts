import assert from 'node:assert/strict'
import { test } from 'node:test'
import { confusables } from './confusables.ts'
import { skeletonOf } from './look-alike.ts'

const alike = (one: string, other: string) => skeletonOf(one) === skeletonOf(other)

test('[RG-03] names that can be taken for each other have one skeleton', () => {
  const pairs = [
    ['Shop Analytics', 'shop analytics'],
    ['Shop Analytics', 'Shop-Analytics'],
    ['Shop Analytics', 'ShopAnalytics'],
    ['Shop Analytics', 'Ｓｈｏｐ　Ａｎａｌｙｔｉｃｓ'],
    ['Shop Analytics', 'Ѕһор Аnаlуtісѕ'],
    ['Shop Analytics', 'Shοp Αnalytics'],
    ['Shop Analytics', 'Sh0p Ana1ytics'],
    ['Shop Analytics', 'Shop Anаlytics\u200B'],
    ['Shop Analytics', '𝐒𝐡𝐨𝐩 𝕬𝖓𝖆𝖑𝖞𝖙𝖎𝖈𝖘'],
    ['Shop Analytics', 'Shóp Ánàlytïcs'],
    ['Shop Analytics', '«Shop» (Analytics)'],
    ['Illinois', 'lllinois'],
    ['Bank', 'Ваnк'],
    ['Modern', 'Modem'],
    ['Window', 'VVindow'],
    ['ﬁles', 'files'],
    ['淘宝', '淘寶'],
    ['淘宝', '「淘宝」'],
    ['淘宝', '淘 宝'],
    ['口碑', 'ロ碑'],
    ['虎符·登录', '虎符—登录'],
    ['自己', '自已'],
    ['⭐⭐', '⭐ ⭐'],
  ] as const

  assert.deepEqual(
    pairs.filter(([one, other]) => !alike(one, other)),
    [],
  )
})

test('[RG-03] names that nobody takes for each other have different skeletons', () => {
  const pairs = [
    ['Shop Analytics', 'Shop Analysis'],
    ['Shop Analytics', 'Shop Analytics Pro'],
    ['淘宝', '天猫'],
    ['Hufu', 'Huff'],
    ['⭐', '🔥'],
    ['Αθήνα', 'Αθλητικά'],
  ] as const

  assert.deepEqual(
    pairs.filter(([one, other]) => alike(one, other)),
    [],
  )
})

test('[RG-03] a skeleton has a bound, and making one again changes nothing', () => {
  const names = ['Shop Analytics', 'Ѕһор', '淘寶', '⭐ ⭐', 'ΩМЕГА', 'İstanbul', 'straße', '\u200B']

  assert.ok(skeletonOf('ﷺ'.repeat(10_000)).length < 10_000)
  for (const name of names) assert.equal(skeletonOf(skeletonOf(name)), skeletonOf(name), name)
})

test('[RG-03] no character is read as one that is read as another', () => {
  const chains = [...confusables].filter(([written, read]) => confusables.has(read) || written === read)

  assert.deepEqual(chains, [])
})
