/** The map: layers, search, assets, and looking back. */
export const mapVi = {
  search: {
    label: 'Tìm trên bản đồ',
    placeholder: 'Tìm cảm biến, huyện, xã, thiết bị…',
    found: 'Kết quả trên bản đồ',
    nothing: 'Không tìm thấy',
    more: (count: string) => `và ${count} kết quả khác`,
    kind: { district: 'Huyện', commune: 'Xã, phường', asset: 'Hạ tầng', sensor: 'Cảm biến' },
  },
  layers: {
    button: 'Lớp và chú giải',
    domains: 'Lĩnh vực',
    things: 'Hiển thị',
    group: { sensors: 'Cảm biến', lines: 'Đoạn đường, tuyến chiếu sáng', areas: 'Địa bàn', names: 'Tên địa bàn', base: 'Bản đồ nền' },
    hidden: (what: string) => `Đang ẩn: ${what}.`,
    hiddenAlerts: (count: string) => `${count} cảnh báo chưa xác nhận không hiện trên bản đồ.`,
    showAll: 'Hiện tất cả',
  },
  legend: {
    waiting: 'Chưa xác nhận (số là mức)',
    acknowledged: 'Đã xác nhận',
    cluster: 'Nhiều cảm biến: mức nặng nhất và số lượng',
    normal: 'Bình thường',
    old: 'Số liệu cũ hơn chu kỳ báo',
    line: 'Tuyến, đoạn đường; có màu khi có cảnh báo',
    deadLine: 'Cả tuyến không báo số liệu',
    ground: 'Địa bàn có cảnh báo mức 1, 2 chưa xác nhận',
  },
  cluster: (count: string, severity: number, name: string) => `${count} cảm biến có cảnh báo, nặng nhất mức ${severity} ${name}. Bấm để phóng tới.`,
  notLive: {
    connecting: 'Bản đồ đang chờ dữ liệu',
    stale: 'Bản đồ chưa cập nhật',
    off: 'Bản đồ KHÔNG trực tiếp',
  },
  asset: {
    title: 'Hạ tầng đang chọn',
    kind: { feeder: 'Tuyến cấp điện', cabinet: 'Tủ điều khiển', gateway: 'Bộ gom dữ liệu', road: 'Đoạn đường', waterworks: 'Công trình nước', other: 'Hạ tầng khác' },
    reporting: (online: string, all: string) => `${online}/${all} cảm biến trực tuyến`,
    noAlerts: 'Không có cảnh báo',
    more: (count: string) => `và ${count} cảnh báo khác`,
  },
  help: { search: 'Tìm trên bản đồ' },
};
