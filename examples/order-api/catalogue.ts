/** A text in the two languages of the shop. */
export interface Words {
  readonly en: string
  readonly 'zh-CN': string
}

export type Category = 'electronics' | 'home' | 'food' | 'clothing' | 'books' | 'sports'

export interface Product {
  readonly sku: string
  readonly category: Category
  readonly name: Words
  /** In fen, the hundredth part of a yuan: money is never a fraction. */
  readonly price: number
}

const product = (sku: string, category: Category, price: number, zh: string, en: string): Product => ({
  sku,
  category,
  name: { en, 'zh-CN': zh },
  price,
})

/** What the shop sells. */
export const products: readonly Product[] = [
  product('EL-101', 'electronics', 29900, '无线降噪耳机', 'Wireless noise-cancelling headphones'),
  product('EL-102', 'electronics', 8900, '65 瓦氮化镓充电器', '65 W GaN charger'),
  product('EL-103', 'electronics', 12900, '机械键盘', 'Mechanical keyboard'),
  product('EL-104', 'electronics', 3990, '编织数据线（2 米）', 'Braided USB-C cable, 2 m'),
  product('EL-105', 'electronics', 15900, '移动电源 20000 毫安时', 'Power bank, 20,000 mAh'),
  product('EL-106', 'electronics', 189900, '10.9 英寸平板电脑', '10.9-inch tablet'),
  product('EL-107', 'electronics', 24900, '智能手环', 'Fitness band'),
  product('HO-201', 'home', 16900, '电热水壶 1.7 升', 'Electric kettle, 1.7 l'),
  product('HO-202', 'home', 32900, '电饭煲 4 升', 'Rice cooker, 4 l'),
  product('HO-203', 'home', 5990, '陶瓷茶具四件套', 'Ceramic tea set, four pieces'),
  product('HO-204', 'home', 12800, '护眼台灯', 'Desk lamp'),
  product('HO-205', 'home', 4590, '纯棉毛巾三条装', 'Cotton towels, pack of three'),
  product('HO-206', 'home', 7900, '不粘炒锅', 'Non-stick wok'),
  product('HO-207', 'home', 21900, '四件套床上用品', 'Bed linen set'),
  product('FO-301', 'food', 12800, '西湖龙井 250 克', 'Longjing green tea, 250 g'),
  product('FO-302', 'food', 6880, '五常大米 5 公斤', 'Wuchang rice, 5 kg'),
  product('FO-303', 'food', 3590, '每日坚果 7 袋', 'Mixed nuts, seven bags'),
  product('FO-304', 'food', 2990, '四川花椒 200 克', 'Sichuan peppercorns, 200 g'),
  product('FO-305', 'food', 8900, '云南小粒咖啡豆 500 克', 'Yunnan coffee beans, 500 g'),
  product('FO-306', 'food', 4980, '兰州牛肉面 6 人份', 'Lanzhou beef noodles, six servings'),
  product('FO-307', 'food', 15800, '陕西红富士苹果 5 公斤', 'Shaanxi Fuji apples, 5 kg'),
  product('CL-401', 'clothing', 39900, '轻薄羽绒服', 'Light down jacket'),
  product('CL-402', 'clothing', 9900, '纯棉短袖两件装', 'Cotton T-shirts, pack of two'),
  product('CL-403', 'clothing', 25900, '跑步鞋', 'Running shoes'),
  product('CL-404', 'clothing', 3900, '精梳棉袜五双', 'Combed cotton socks, five pairs'),
  product('CL-405', 'clothing', 17900, '亚麻衬衫', 'Linen shirt'),
  product('CL-406', 'clothing', 13900, '羊毛围巾', 'Wool scarf'),
  product('BO-501', 'books', 4500, '《三体》', 'The Three-Body Problem'),
  product('BO-502', 'books', 3980, '《活着》', 'To Live'),
  product('BO-503', 'books', 5980, '《红楼梦》上下册', 'Dream of the Red Chamber, two volumes'),
  product('BO-504', 'books', 12900, '《算法导论》', 'Introduction to Algorithms'),
  product('BO-505', 'books', 2900, '《围城》', 'Fortress Besieged'),
  product('SP-601', 'sports', 6900, '瑜伽垫', 'Yoga mat'),
  product('SP-602', 'sports', 18900, '羽毛球拍一对', 'Badminton rackets, one pair'),
  product('SP-603', 'sports', 5590, '羽毛球 12 只装', 'Shuttlecocks, tube of twelve'),
  product('SP-604', 'sports', 9900, '乒乓球拍', 'Table-tennis bat'),
  product('SP-605', 'sports', 45900, '三人露营帐篷', 'Three-person tent'),
  product('SP-606', 'sports', 8800, '保温杯 500 毫升', 'Vacuum flask, 500 ml'),
]

/** Why money went back. */
export const refundReasons: readonly Words[] = [
  { en: 'Arrived damaged', 'zh-CN': '商品破损' },
  { en: 'Wrong size', 'zh-CN': '尺码不合适' },
  { en: 'Not as described', 'zh-CN': '与描述不符' },
  { en: 'Returned within seven days', 'zh-CN': '七天无理由退货' },
]
