/** 登录、一次性链接，以及当前是谁。 */
export const access = {
  email: "邮箱",
  name: "姓名",
  password: "密码",
  newPassword: "新密码",
  passwordRule: "至少 12 个字符，内容不限。",
  show: "显示",
  hide: "隐藏",
  you: "已登录：{{name}}",
  signOut: "退出登录",
  signIn: {
    title: "登录",
    with: "使用{{name}}登录",
    open: "这里无需登录：能访问到的人都能操作。",
    goOn: "进入控制台",
    setUp: "还没有管理员。首次启动的日志里有一次性设置链接；`dapan access link` 可以重新生成。",
    lost: "忘了密码？请管理员发一个重设链接。",
  },
  link: {
    title: "设置密码",
    kinds: { "set-up": "设置第一位管理员", invite: "欢迎，请设置密码", reset: "设置新密码" },
    go: "保存并登录",
  },
  failure: {
    none: "服务器没有响应。请检查网络后重试。",
    wrong: "邮箱或密码不对。",
    over: "链接已用过或已过期。请管理员重新发一个。",
    wait_other: "尝试次数太多，请 {{count}} 秒后再试。",
    again: "现在可以再试了。",
    busy: "同时登录的人太多，请稍后再试。",
  },
};
