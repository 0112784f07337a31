"""Danger now (紧急事项), Article 15 (2), by rules: the first of two detectors, independent of what was learned.

A phrase of danger counts unless its own sentence says that it is past, only imagined, denied, a figure of speech or
about a service. Either detector is enough; a miss can cost a life, a false alarm costs one sentence.
"""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"(?<=[。!！?？;；\n])")

_PAST = re.compile(
    r"去年|前年|上次|上回|上个?月|上星期|上周|前几天|前两天|前天|昨天|昨晚|昨日|那天|那次|当时|曾经?|之前|以前|早些年|年前|天前|个月前|周前|小时候|\d+月\d+[日号]|[0-9〇零一二两三四五六七八九十]+年|已经(?:扑灭|灭了|报警|出院|处理|送医)|后来|事后|赔偿|赔付|索赔|定损|理赔|认定|判决|起诉|伤残|last (?:year|month|week)|yesterday|compensation"
)
_IMAGINED = re.compile(
    r"如果|要是|假如|万一|倘若|一旦|怕|担心|容易|可能会|会不会|恐怕|隐患|风险|预防|防止|以防|避免|防范|怎么报|怎么办理|怎样报|需要什么|演练|培训|宣传|讲座|科普|电影|电视|新闻|游戏|小说|what if|if there|drill"
)
_DENIED = re.compile(
    r"没有?(?:着火|起火|失火|人受伤|受伤|伤亡|危险|伤人|事故|晕)|不是(?:着火|火灾|真的)|并未|并没有?|虚惊|no one (?:is )?hurt"
)
_SERVICE = re.compile(
    r"(?:110|119|120|122|出警|报警|民警|警察|派出所|急救|救护车|消防).{0,8}(?:态度|慢|不管|推诿|收费|乱收|不作为|不立案|服务|不理|敷衍|占用|占道|违停)"
    r"|消防(?:通道|栓|车通道|设施|器材|验收|检查|设备)|救护车.{0,4}(?:多少钱|怎么收)|投诉.{0,6}(?:110|119|120|122|民警)|表扬|感谢|锦旗"
)
_FIGURE = re.compile(
    r"(?:热|气|累|急|烦|吵|臭|笑|饿|困|冻|吓|冷|渴|难受|恶心|痛苦|坑|害)死(?:了|我|人)|(?:生意|火|人气|直播|爆)红?火(?:爆|得很)?|火大|上火|发火|恼火|火锅|火车|火腿|救救(?:我们|孩子|业主|老百姓|企业)|要命|要人命|救命钱|救命稻草|跳楼价|血汗"
)

_DANGER: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (line, re.compile(pattern))
    for line, pattern in (
        (
            "119",
            r"着火了|起火了|失火了|着大火|烧起来|火灾(?:了|现场)|(?:正在|还在|在)(?:着火|燃烧|烧)|(?:冒|好多|都是|全是|很浓的?|大|滚滚)浓?烟.{0,6}(?:火|呛|看不|出不)|浓烟|冒(?:黑|白)?烟.{0,8}(?:火|快|救)|火(?:势|苗|光|焰).{0,6}(?:大|窜|蹿|蔓延|冲)|山火|爆炸了|炸了.{0,4}(?:火|伤|快)"
            r"|(?:煤气|燃气|天然气|液化气|瓦斯).{0,6}(?:漏了|泄漏|泄露|在漏|漏气|味.{0,4}(?:很大|好大|好重|很重|好浓))|闻到.{0,6}(?:煤气|燃气|天然气).{0,6}味"
            r"|(?:困|关|卡)在.{0,6}(?:电梯|里面|车里|水里|洪水|屋顶|山上|悬崖|井)|电梯.{0,8}(?:困住|关住|卡住了?人|有人|出不来)|(?:有人|孩子|小孩|老人|人).{0,8}(?:掉|落|跌).{0,2}(?:河|江|水|井|溪|水库|池塘|塘|湖)|落水了?|溺水|淹(?:了|着)?人|被(?:水|洪水)(?:冲走|围困|困)|被(?:埋|压)(?:在|住|了)|(?:楼|房子|房屋|屋|墙|桥).{0,4}(?:塌了|倒了|垮了).{0,12}(?:人|埋|压)"
            r"|house is on fire|is on fire|fire!|gas leak|smell gas|trapped in|drowning",
        ),
        (
            "120",
            r"(?:昏迷|晕倒|昏倒|晕过去|昏过去|不省人事|没有?(?:呼吸|心跳|意识|反应)|叫不醒|休克|口吐白沫|抽搐|抽筋不停|大出血|血流不止|吐血|喘不(?:上|过)气|呼吸困难|胸口(?:好|很|特别|剧)?(?:痛|疼)|心口痛|心梗|心脏病发|脑梗|中风|脑出血|半边(?:身子)?(?:不能动|动不了|没知觉)|触电了?|被电(?:了|到)|(?:喝|吃|服)了?(?:农药|百草枯|敌敌畏|安眠药|老鼠药|毒蘑菇|毒药)|农药中毒|煤气中毒|一氧化碳中毒|蘑菇中毒|羊水破|要生了|快生了|被(?:毒)?蛇咬|噎住|卡住喉咙|气管.{0,4}卡|摔.{0,10}(?:动不了|起不来|不能动|昏|血)|(?:从|从).{0,8}(?:楼上|高处|架子|梯子|树上).{0,4}(?:摔|掉|坠).{0,2}下)|叫?救护车(?:快|来|!|！)|快(?:叫|来).{0,3}救护车|heart attack|unconscious|not breathing|can't breathe|ambulance|bleeding (?:badly|heavily)|stroke",
        ),
        (
            "110",
            r"(?:正在|在|有人).{0,6}(?:砍人|捅人|杀人|抢劫|抢东西|打人|打架|斗殴|撬(?:门|锁)|偷东西|行凶|砸门|踹门|绑架|强奸)|(?:拿|持|提)着?(?:刀|枪|斧|菜刀|棍|铁棍|砍刀|匕首).{0,14}(?:堵|追|砍|捅|威胁|门口|乱|冲|打|架|要|我)|抢劫(?:了|啊|!|！)|抢(?:了)?我.{0,6}(?:包|手机|钱).{0,4}(?:跑|逃)|(?:砍|捅)(?:了|伤|死)人|杀人了|(?:老公|丈夫|老婆|男朋友|前夫|男友|爸爸).{0,6}(?:正在|又在|在)打我|被人?(?:跟踪|绑|劫持|非法拘禁|关起来)|救命|要?跳(?:楼|桥|河|江)(?!价)|想(?:自杀|轻生|死了算了)|不想活|自杀|割腕|轻生|(?:孩子|小孩|儿子|女儿|宝宝|老人|奶奶|爷爷|孙子|孙女).{0,6}(?:不见了|走丢了?|走失|丢了|被(?:人)?(?:抱走|带走|拐))|小偷.{0,6}(?:正在|还在|在我|进(?:来|屋)|家里)|家里(?:进|来)(?:了)?(?:贼|小偷)"
            r"|has a knife|being (?:robbed|attacked)|(?:is )?(?:breaking in|killing|kidnapp)|suicide|want to die",
        ),
        (
            "122",
            r"(?:刚(?:才|刚)?|现在|正在).{0,14}(?:撞车|车祸|追尾|撞(?:了|到|倒|飞|上|在)|翻车|碰擦|剐蹭|刮蹭|交通事故)|出车祸了?|(?:被|给)(?:一?辆?)?.{0,8}(?:车|电瓶车|货车|摩托).{0,3}(?:撞|碾|轧)(?:了|到|倒|飞|伤)|撞(?:了|到|倒|伤|飞)人|车.{0,4}翻(?:了|到|在|进)|翻车了|肇事.{0,4}(?:逃|跑)|撞了?.{0,6}(?:就|人)?跑了|发生(?:了)?(?:交通事故|车祸)|car (?:crash|accident)|hit by a car|hit.and.run|crashed",
        ),
    )
)  # fmt: skip

SUICIDE = re.compile(r"自杀|轻生|不想活|想死|割腕|跳楼|跳桥|跳河|跳江|活着没意思|suicide|want to die|kill myself")
"""Words of somebody who may harm themselves: the reply adds the psychological line 12356 and stays gentle."""


LONGEST = 100
"""Characters beyond which a message is a letter: danger in it is background, and the learned detector decides."""


def detect(text: str) -> str | None:
    """The line (110, 119, 120, 122) that the message needs now by the rules, or None."""
    if len(text) > LONGEST:
        return None
    for sentence in filter(None, _SENTENCE.split(text)):
        if any(gate.search(sentence) for gate in (_PAST, _IMAGINED, _DENIED, _SERVICE)):
            continue
        plain = _FIGURE.sub("", sentence)
        found = [line for line, pattern in _DANGER if pattern.search(plain)]
        if found:
            # Traffic with injured people: 122 sends police, and the reply names 120 too.
            return "122" if "122" in found else found[0]
    return None


def also_ambulance(text: str) -> bool:
    """Whether people seem to be hurt, so that 120 is named beside another line."""
    return bool(re.search(r"受伤|流血|出血|伤者|伤了|昏迷|晕|不动|骨折|撞(?:人|倒|飞|伤)|砍|捅|injur|hurt|bleed", text))
