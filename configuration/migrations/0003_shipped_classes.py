"""The classes, kinds of relationships and allowed pairs that come with the product; an administrator may change them."""

from typing import Any

from django.db import migrations

# code, Chinese, English, belongs to, layer in drawings (1 at the top)
CLASSES = [
    ("item", "組態項目", "Configuration item", "", 5),
    ("service", "服務", "Service", "item", 1),
    ("business-process", "業務流程", "Business process", "item", 1),
    ("group", "群組", "Group", "item", 2),
    ("application", "應用系統", "Application", "item", 2),
    ("web-application", "網站應用系統", "Web application", "application", 2),
    ("software", "軟體實例", "Software instance", "item", 3),
    ("db-server", "資料庫伺服器", "Database server", "software", 3),
    ("web-server", "網頁伺服器", "Web server", "software", 3),
    ("middleware", "中介軟體", "Middleware", "software", 3),
    ("pc-software", "個人電腦軟體", "PC software", "software", 3),
    ("database", "資料庫", "Database", "software", 3),
    ("certificate", "憑證", "Certificate", "item", 3),
    ("virtual", "虛擬裝置", "Virtual device", "item", 4),
    ("virtual-machine", "虛擬機器", "Virtual machine", "virtual", 4),
    ("hypervisor", "虛擬化平台", "Hypervisor", "virtual", 5),
    ("farm", "虛擬化叢集", "Virtualisation farm", "virtual", 4),
    ("logical-volume", "邏輯磁碟區", "Logical volume", "virtual", 4),
    ("device", "實體設備", "Physical device", "item", 5),
    ("server", "伺服器", "Server", "device", 5),
    ("network-device", "網路設備", "Network device", "device", 6),
    ("storage", "儲存設備", "Storage system", "device", 6),
    ("san-switch", "SAN 交換器", "SAN switch", "storage", 6),
    ("nas", "網路儲存設備", "NAS", "storage", 6),
    ("tape-library", "磁帶櫃", "Tape library", "storage", 6),
    ("computer", "個人電腦", "Computer", "device", 5),
    ("peripheral", "週邊設備", "Peripheral", "device", 5),
    ("enclosure", "機箱", "Enclosure", "item", 7),
    ("rack", "機櫃", "Rack", "enclosure", 7),
    ("facility", "機房設施", "Facility", "item", 8),
    ("power", "電力設備", "Power source", "facility", 8),
    ("power-feed", "市電饋線", "Power feed", "power", 8),
    ("ups", "不斷電系統", "UPS", "power", 8),
    ("generator", "發電機", "Generator", "power", 8),
    ("pdu", "電源分配器", "Power distribution unit", "power", 7),
    ("cooling", "空調設備", "Air-conditioning", "facility", 8),
    ("access-control", "門禁系統", "Access control", "facility", 8),
    ("fire", "消防系統", "Fire protection", "facility", 8),
    ("environment-monitor", "環境監控", "Environment monitor", "facility", 8),
    ("place", "場所", "Place", "item", 9),
    ("room", "機房", "Computer room", "place", 9),
    ("document", "文件", "Document", "item", 6),
    ("licence", "授權", "Licence", "item", 6),
    ("contract", "合約", "Contract", "item", 6),
]
LIGHT = ("document", "computer", "peripheral", "pc-software")
ENGINES = [("postgresql", "PostgreSQL"), ("mysql", "MySQL/MariaDB"), ("oracle", "Oracle"), ("mssql", "SQL Server")]
FUELS = [("diesel", "柴油", "diesel"), ("gas", "瓦斯", "gas")]
MEDIA = [("air", "氣冷式", "air-cooled"), ("water", "水冷式", "water-cooled")]
# class, code, Chinese, English, type, mark, choices
ATTRIBUTES = [
    ("service", "service_code", "服務代碼", "Service code", "text", "recommended", []),
    ("application", "url", "網址", "Web address", "url", "optional", []),
    ("application", "vendor", "廠商", "Vendor", "text", "optional", []),
    ("application", "users", "使用者數", "Users", "number", "optional", []),
    ("application", "personal_data", "含個人資料", "Holds personal data", "flag", "recommended", []),
    ("software", "vendor", "廠商", "Vendor", "text", "optional", []),
    ("software", "path", "路徑", "Path", "text", "optional", []),
    ("software", "port", "連接埠", "Port", "number", "optional", []),
    ("db-server", "engine", "資料庫引擎", "Engine", "choice", "recommended", ENGINES),
    ("database", "size_gb", "容量（GB）", "Size (GB)", "number", "optional", []),
    ("certificate", "subject", "主體名稱", "Subject", "text", "recommended", []),
    ("certificate", "issuer", "簽發者", "Issuer", "text", "optional", []),
    ("certificate", "expires_on", "到期日", "Expires", "date", "required", []),
    ("virtual", "cpu_cores", "處理器核心數", "CPU cores", "number", "optional", []),
    ("virtual", "memory_mb", "記憶體（MB）", "Memory (MB)", "number", "optional", []),
    ("virtual", "disk_gb", "磁碟（GB）", "Disk (GB)", "number", "optional", []),
    ("virtual", "os", "作業系統", "Operating system", "text", "recommended", []),
    ("virtual", "uuid", "UUID", "UUID", "text", "optional", []),
    ("device", "manufacturer", "製造商", "Manufacturer", "text", "recommended", []),
    ("device", "model", "型號", "Model", "text", "recommended", []),
    ("device", "mac", "MAC 位址", "MAC address", "address", "optional", []),
    ("device", "purchased_on", "購置日期", "Purchased", "date", "optional", []),
    ("device", "warranty_until", "保固到期日", "Warranty until", "date", "recommended", []),
    ("device", "power_watts", "耗電量（W）", "Power (W)", "number", "optional", []),
    ("device", "rack_unit", "機櫃位置（U）", "Rack unit", "number", "optional", []),
    ("server", "cpu_cores", "處理器核心數", "CPU cores", "number", "optional", []),
    ("server", "memory_mb", "記憶體（MB）", "Memory (MB)", "number", "optional", []),
    ("server", "os", "作業系統", "Operating system", "text", "recommended", []),
    ("network-device", "management_address", "管理位址", "Management address", "address", "recommended", []),
    ("network-device", "ports", "埠數", "Ports", "number", "optional", []),
    ("network-device", "firmware", "韌體版本", "Firmware", "text", "optional", []),
    ("storage", "capacity_tb", "容量（TB）", "Capacity (TB)", "number", "recommended", []),
    ("computer", "user", "使用人", "User", "person", "optional", []),
    ("rack", "units", "高度（U）", "Height (U)", "number", "required", []),
    ("power", "capacity_kva", "容量（kVA）", "Capacity (kVA)", "number", "recommended", []),
    ("ups", "runtime_minutes", "滿載供電分鐘數", "Minutes at full load", "number", "recommended", []),
    ("ups", "battery_replaced_on", "電池更換日", "Battery replaced", "date", "recommended", []),
    ("generator", "fuel", "燃料", "Fuel", "choice", "recommended", FUELS),
    ("generator", "tank_litres", "油箱（公升）", "Tank (litres)", "number", "optional", []),
    ("facility", "maintained_on", "最近保養日", "Last maintained", "date", "recommended", []),
    ("facility", "manufacturer", "製造商", "Manufacturer", "text", "optional", []),
    ("facility", "model", "型號", "Model", "text", "optional", []),
    ("cooling", "medium", "冷卻方式", "Cooled by", "choice", "required", MEDIA),
    ("cooling", "capacity_kw", "冷卻能力（kW）", "Capacity (kW)", "number", "optional", []),
    ("fire", "agent", "滅火藥劑", "Extinguishing agent", "text", "recommended", []),
    ("environment-monitor", "measures", "監測項目", "Measures", "text", "recommended", []),
    ("place", "building", "建築物", "Building", "text", "recommended", []),
    ("place", "floor", "樓層", "Floor", "text", "optional", []),
    ("document", "url", "網址", "Web address", "url", "optional", []),
    ("licence", "seats", "授權數", "Seats", "number", "required", []),
    ("licence", "expires_on", "到期日", "Expires", "date", "recommended", []),
    ("contract", "starts_on", "生效日", "Starts", "date", "recommended", []),
    ("contract", "ends_on", "到期日", "Ends", "date", "required", []),
]
IDENTITY = {
    "item": [["title"]],
    "service": [["service_code"], ["title"]],
    "device": [["serial", "manufacturer"], ["asset_no"], ["hostname"]],
    "virtual": [["uuid"], ["hostname"], ["title"]],
    "network-device": [["serial"], ["management_address", "site"], ["hostname"]],
    "software": [["title", "hostname", "path"]],
    "licence": [["licence"], ["title"]],
}
# code, Chinese, English, backwards in Chinese and English, a failure goes on, never in a circle
TYPES = [
    ("depends_on", "相依於", "depends on", "被相依", "used by", "to_source", False),
    ("runs_on", "執行於", "runs on", "執行", "runs", "to_source", False),
    ("hosted_by", "代管於", "hosted by", "代管", "hosts", "to_source", False),
    ("installed_in", "安裝於", "installed in", "裝有", "holds", "to_source", True),
    ("located_in", "位於", "located in", "容納", "is the place of", "to_source", True),
    ("uses", "使用", "uses", "被使用", "is used by", "to_source", False),
    ("feeds", "供電給", "feeds", "受電自", "fed by", "to_target", False),
    ("cools", "冷卻", "cools", "由其冷卻", "cooled by", "to_target", False),
    ("part_of", "隸屬於", "part of", "包含", "contains", "to_target", True),
    ("sends_data_to", "傳送資料至", "sends data to", "接收資料自", "receives data from", "to_target", False),
    ("connected_to", "連接至", "connected to", "連接自", "connected from", "none", False),
    ("member_of", "為其成員", "member of", "成員有", "has members", "none", False),
    ("child_of", "為其子項", "child of", "子項有", "parent of", "none", True),
    ("manages", "管理", "manages", "受管理於", "managed by", "none", False),
    ("monitors", "監控", "monitors", "受監控於", "monitored by", "none", False),
    ("protects", "防護", "protects", "受防護於", "protected by", "none", False),
    ("backs_up", "備援", "backs up", "由其備援", "backed up by", "none", False),
    ("documented_by", "記載於", "documented by", "記載", "documents", "none", False),
    ("licensed_by", "授權自", "licensed by", "授權給", "licenses", "none", False),
    ("covered_by", "適用合約", "covered by", "適用項目", "covers", "none", False),
]
PAIRS = {
    "depends_on": "service>service service>application service>software service>virtual service>device "
    "service>facility service>place service>group business-process>service application>application "
    "application>software application>certificate application>virtual application>device software>software "
    "software>virtual software>device software>certificate virtual>virtual virtual>device device>device "
    "facility>facility group>group",
    "runs_on": "application>software application>virtual application>device software>virtual software>device "
    "software>software virtual>virtual virtual>device",
    "hosted_by": "application>software application>virtual application>device software>software software>virtual "
    "software>device virtual>virtual virtual>device",
    "installed_in": "device>enclosure enclosure>enclosure pdu>enclosure virtual>enclosure",
    "located_in": "enclosure>place device>place facility>place place>place virtual>place",
    "uses": "service>service application>application application>certificate application>licence software>licence "
    "application>document",
    "feeds": "power>power power>device power>enclosure power>facility power>virtual",
    "cools": "cooling>place cooling>enclosure cooling>device cooling>virtual",
    "part_of": "device>device software>application software>software application>application virtual>virtual "
    "virtual>application place>place service>service facility>facility application>service software>service "
    "virtual>service device>service",
    "sends_data_to": "application>application software>software service>service",
    "connected_to": "device>device virtual>device virtual>virtual device>virtual facility>facility facility>device",
    "member_of": "item>group",
    "child_of": "group>group",
    "manages": "software>item device>device",
    "monitors": "environment-monitor>item software>item",
    "protects": "fire>place fire>enclosure access-control>place network-device>device network-device>virtual",
    "backs_up": "device>device software>software software>virtual power>power virtual>virtual tape-library>device",
    "documented_by": "item>document",
    "licensed_by": "software>licence application>licence device>licence virtual>licence",
    "covered_by": "item>contract",
}


def seed(apps: Any, schema_editor: Any) -> None:
    """Write what is shipped where nothing of that code is yet."""
    models = {name: apps.get_model("configuration", name) for name in ("CiClass", "CiAttribute", "RelationType", "AllowedPair")}
    classes: dict[str, Any] = {}
    for code, zh, en, parent, layer in CLASSES:
        fields = {
            "name_zh": zh, "name_en": en, "parent": classes.get(parent), "layer": layer, "is_shipped": True,
            "identity": IDENTITY.get(code, []), "control": "light" if code in LIGHT else "full",
        }  # fmt: skip
        classes[code] = models["CiClass"].objects.get_or_create(code=code, defaults=fields)[0]
    for sort, (owner, code, zh, en, kind, mark, choices) in enumerate(ATTRIBUTES, 1):
        listed = [{"value": row[0], "zh": row[1], "en": row[-1]} for row in choices]
        models["CiAttribute"].objects.get_or_create(
            ci_class=classes[owner], code=code,
            defaults={"name_zh": zh, "name_en": en, "kind": kind, "mark": mark, "choices": listed, "sort": sort * 10},
        )  # fmt: skip
    for code, zh, en, inverse_zh, inverse_en, impact, acyclic in TYPES:
        made = models["RelationType"].objects.get_or_create(
            code=code,
            defaults={
                "name_zh": zh, "name_en": en, "inverse_zh": inverse_zh, "inverse_en": inverse_en, "impact": impact,
                "is_acyclic": acyclic, "is_shipped": True,
            },
        )[0]  # fmt: skip
        for pair in PAIRS[code].split():
            source, target = pair.split(">")
            models["AllowedPair"].objects.get_or_create(
                type=made, source_class=classes[source], target_class=classes[target]
            )


class Migration(migrations.Migration):
    """The shipped set."""

    dependencies = [("configuration", "0002_history_and_locks")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
