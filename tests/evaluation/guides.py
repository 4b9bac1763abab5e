"""Service guides of the evaluation set: which element classes they hold; None for what is no guide.

A guide may hold more than a reader finds, never less than it says.
"""

from __future__ import annotations

from evaluation.frames import bare, grid, office, portal, tables

#: Name, frame, contents, what the page holds.
GUIDES = [
    (
        "table",
        portal,
        "<h1>社会团体成立登记</h1><table><tr><th>办理条件</th><td>有50个以上的个人会员</td></tr><tr><th>申请材料</th><td>申请书、章程草案</td></tr><tr><th>办理流程</th><td>申请、受理、审查、决定</td></tr><tr><th>办理时限</th><td>20个工作日</td></tr><tr><th>办理地点</th><td>人民路1号政务大厅</td></tr><tr><th>咨询电话</th><td>029-33210000</td></tr></table>",
        {"conditions", "materials", "procedure", "place", "telephone"},
    ),
    (
        "headings",
        office,
        "<h1>残疾人证办理</h1><h3>一、受理条件</h3><p>具有本市户籍的残疾人</p><h3>二、申请材料</h3><p>身份证、户口簿</p><h3>三、办理流程</h3><p>申请、评定、发证</p><h3>四、收费标准</h3><p>不收费</p>",
        {"conditions", "materials", "procedure"},
    ),
    (
        "numbered paragraphs",
        bare,
        "<h1>某某证明办理须知</h1><p>一、受理范围</p><p>由申请人自愿申请的证明。</p><p>二、申请人与申请方式</p><p>具有经营资质的企业,请登录系统办理。</p><p>三、办理流程</p><p>网上申请后提交如下资料:1.申请表;2.营业执照。</p><p>四、办理时限</p><p>自受理之日起15个工作日内完成。</p><p>五、联系方式</p><p>地址:某街22号;电话:010-59190000</p>",
        {"conditions", "procedure", "telephone"},
    ),
    (
        "colons",
        tables,
        "<H2>食品经营许可</H2><P>办理条件:具有固定经营场所</P><P>申请材料:申请书、平面图</P><P>办理流程:申请、受理、核查、发证</P><P>办理地点:政务大厅3号窗口</P><P>联系电话:029-33210001</P>",
        {"conditions", "materials", "procedure", "place", "telephone"},
    ),
    (
        "brackets",
        grid,
        "<h2>林木采伐许可</h2><p>【受理条件】有林权证明</p><p>【所需材料】申请表、林权证</p><p>【办理程序】申请、勘验、发证</p><p>【联系电话】029-33210002</p>",
        {"conditions", "materials", "procedure", "telephone"},
    ),
    (
        "definitions",
        portal,
        "<h1>取水许可</h1><dl><dt>申请条件</dt><dd>符合水资源规划</dd><dt>申请材料</dt><dd>申请书</dd><dt>办理流程</dt><dd>申请、审查、决定</dd></dl>",
        {"conditions", "materials", "procedure"},
    ),
    (
        "tabs",
        office,
        "<h1>船舶登记</h1><ul><li>受理条件</li><li>申请材料</li><li>办理流程</li></ul><div><div>船舶所有人</div><div>登记申请书、所有权证明</div><div>申请、审核、发证</div></div>",
        {"conditions", "materials", "procedure"},
    ),
    (
        "only its law",
        portal,
        "<h1>民办学校设立审批办事指南</h1><h3>法律依据</h3><p>《中华人民共和国民办教育促进法》第十二条</p>",
        set(),
    ),
    (
        "only a file",
        grid,
        "<h1>农机购置补贴办事指南</h1><p>附件:<a href='/f/guide.pdf'>农机购置补贴办事指南.pdf</a></p>",
        None,
    ),
    (
        "no guide",
        office,
        "<h1>某某市召开经济会议</h1><p>会议强调,要抓好落实,确保全年目标任务完成。</p>",
        None,
    ),
    (
        "template",
        tables,
        "<H1>{{ name }}</H1><P>办理条件:{{ condition }}</P><P>申请材料:{{ material }}</P>",
        None,
    ),
]
