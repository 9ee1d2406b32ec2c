import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { durationIn } from './duration.ts'
import type { deviceTexts as english } from './en-device.ts'

const duration = durationIn('zh-CN')

/** The pages about devices, written beside `en-device.ts`. */
export const deviceTexts: typeof english = {
  title: '连接设备',
  lead: '请输入设备上显示的代码。',
  label: '代码',
  hint: '八个字母，大小写、空格和连字符都没有关系。',
  compareTitle: '设备上显示的是这个代码吗？',
  compare: '请看着设备，逐个字母核对。确定设备在你手上或就在面前，再继续。',
  submit: '继续',
  submitSame: '代码一致，继续',
  caution: '只有当你自己刚刚在面前的设备上发起了这次操作，才可以继续。客服人员绝不会向你索要代码。',
  malformed: '这不是设备代码：代码由八个字母组成，不含元音字母。请对照设备检查。',
  wrong: '这里没有这个代码，或者它已过期，或者已在另一个浏览器里输入过。请检查，或者让设备显示新的代码。',
  throttled: (minutes: number) => `尝试次数太多，请等${duration(minutes * 60)}后再试。`,

  signIn: (app: Html) => html`登录后把设备连接到 ${app}`,
  cancel: '取消，不连接设备',

  consentTitle: (app: string) => `设备上的 ${app} 想使用你的账号`,
  consentHeading: (app: Html) => html`设备上的 ${app} 想使用你的账号`,
  noticeTitle: '你正在连接一台设备',
  notice: (app: Html) => html`拿着这台设备的人将通过 ${app} 得到对你账号的访问权限。设备可能离你很远。`,
  code: '设备上的代码',
  asked: '发起时间',
  askedNow: '不到一分钟前',
  askedAgo: (seconds: number) => `${duration(seconds)}前`,
  from: '发起地址',
  fromUnknown: '未知',
  fromSame: '与这个浏览器相同',
  fromOther: '与这个浏览器不同',
  website: '应用的网站',
  nextAllow: (app: Html) =>
    html`如果你允许，设备下一次询问时就会得到访问令牌，${app} 凭它只能做上面列出的事，别的都不行。这个浏览器不会跳转。`,
  nextCancel: (_app: Html) => html`如果你取消，设备只会知道你没有同意，不会得到你的任何其他信息。`,

  connectedTitle: '设备已连接',
  connected: (app: Html) => html`你已允许访问。设备上的 ${app} 稍后会自动继续。`,
  refusedTitle: '设备没有连接',
  refused: '没有分享任何内容。',
  close: '现在可以关闭本页。',
}
